// People link what their browser shows, which for a shared file is a page about the file. Pure: turns the links of the
// usual file hosts into links to the file itself and leaves every other URL as it is. Twice is the same as once.

/** The file behind a share link, or `url` itself. */
export function directUrl(url: URL): URL {
  const host = url.hostname.toLowerCase();
  const segments = url.pathname.split("/").slice(1);

  if (host === "drive.google.com" || host === "docs.google.com") return googleDrive(url, segments);
  if (host === "dropbox.com" || host === "www.dropbox.com") return dropbox(url, segments);
  if (host === "1drv.ms") return oneDriveShare(url);
  if (host === "onedrive.live.com") return oneDrive(url);
  if (host.endsWith(".sharepoint.com")) return sharePoint(url, segments);
  if (host === "github.com" || host === "www.github.com") return gitHub(url, segments);
  if (host === "gitlab.com" || host.startsWith("gitlab.")) return gitLab(url);
  return url;
}

const driveId = /^[\w-]{10,}$/;

/** `confirm=t` is what the button of the virus-scan page sends, which large files show first. */
function googleDrive(url: URL, segments: string[]): URL {
  // `/file/d/<id>/view`, and `/file/u/0/d/<id>/view` for who has several accounts.
  const isFile = segments[0] === "file";
  const inPath = isFile ? segments[segments.indexOf("d") + 1] : undefined;
  const isQuery = ["open", "uc", "thumbnail"].includes(segments[0] ?? "");
  const id = isFile ? inPath : isQuery ? url.searchParams.get("id") : null;
  if (id === null || id === undefined || !driveId.test(id)) return url;

  const direct = new URL("https://drive.usercontent.google.com/download");
  direct.searchParams.set("id", id);
  direct.searchParams.set("export", "download");
  direct.searchParams.set("confirm", "t");
  // Files shared before 2021 need it.
  const resourceKey = url.searchParams.get("resourcekey");
  if (resourceKey !== null) direct.searchParams.set("resourcekey", resourceKey);
  return direct;
}

/** `/s/…`, `/scl/fi/…?rlkey=…`. A folder (`/sh/`, `/scl/fo/`) would come as a ZIP. */
function dropbox(url: URL, segments: string[]): URL {
  const isFile = segments[0] === "s" || (segments[0] === "scl" && segments[1] === "fi");
  if (!isFile) return url;
  const direct = new URL(url);
  direct.searchParams.delete("dl");
  direct.searchParams.set("raw", "1");
  return direct;
}

/** The share itself, base64url, is the key to the file: shares API, "encoding sharing URLs". */
function oneDriveShare(url: URL): URL {
  const share = new URL(url);
  share.hash = "";
  const token = btoa(share.href).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return new URL(`https://api.onedrive.com/v1.0/shares/u!${token}/root/content`);
}

/** `/embed?…` and `/redir?…` of an older kind; the same query gets the file from `/download`. */
function oneDrive(url: URL): URL {
  const hasFile = url.searchParams.has("resid") || url.searchParams.has("id");
  if (!hasFile || !/^\/(?:embed|redir|view\.aspx)?$/.test(url.pathname)) return url;
  const direct = new URL(url);
  direct.pathname = "/download";
  return direct;
}

/** `/:i:/g/…` is a shared image; `:f:`, a folder, has no file to download. */
function sharePoint(url: URL, segments: string[]): URL {
  if (!/^:[a-eg-z]:$/.test(segments[0] ?? "")) return url;
  const direct = new URL(url);
  direct.searchParams.set("download", "1");
  return direct;
}

/** `/<owner>/<repository>/blob/<ref>/<path>`, also `/raw/`, which redirects to the same. */
function gitHub(url: URL, segments: string[]): URL {
  const [owner, repository, kind, ...path] = segments;
  if ((kind !== "blob" && kind !== "raw") || path.length < 2) return url;
  return new URL(`https://raw.githubusercontent.com/${owner}/${repository}/${path.join("/")}`);
}

/** `/<group>/<project>/-/blob/<ref>/<path>`. */
function gitLab(url: URL): URL {
  if (!url.pathname.includes("/-/blob/")) return url;
  const direct = new URL(url);
  direct.pathname = url.pathname.replace("/-/blob/", "/-/raw/");
  return direct;
}

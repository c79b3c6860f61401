// People link what their browser shows, which for a shared file is a page about the file. Pure: turns the links of the
// usual file hosts into links to the file itself and leaves every other URL as it is. Twice is the same as once, because
// redirects are looked at as well.

/** The file behind a share link, or `url` itself. */
export function directUrl(url: URL): URL {
  const host = url.hostname.replace(/^www\./, "");
  const segments = url.pathname.split("/").slice(1);

  if (host === "drive.google.com" || host === "docs.google.com") return googleDrive(url, segments);
  if (host === "drive.usercontent.google.com") return withParameter(url, "confirm", "t");
  if (host === "dropbox.com") return dropbox(url, segments);
  if (host === "1drv.ms") return oneDriveShort(url, segments);
  if (host === "onedrive.live.com") return oneDrive(url);
  if (host.endsWith(".sharepoint.com")) return sharePoint(url, segments);
  if (host === "github.com") return gitHub(url, segments);
  if (host.startsWith("gitlab.")) return gitLab(url);
  return url;
}

function withParameter(url: URL, name: string, value: string): URL {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed;
}

/**
 * `/file/d/<id>/view`, with `/a/<domain>` before it or `/u/0` in it for who has several accounts; `open?id=`; `uc?id=`.
 * `confirm=t` is what the button of the virus-scan page sends, which large files show first.
 */
function googleDrive(url: URL, segments: string[]): URL {
  const isFile = segments.includes("file");
  const isQuery = segments.at(-1) === "open" || segments.at(-1) === "uc";
  const id = isFile ? segments[segments.indexOf("d") + 1] : isQuery ? url.searchParams.get("id") : null;
  if (!/^[\w-]{10,}$/.test(id ?? "")) return url;

  const direct = new URL(`https://drive.usercontent.google.com/download?id=${id}&export=download&confirm=t`);
  // Files that were shared before the links became longer in 2021 need it.
  const resourceKey = url.searchParams.get("resourcekey");
  return resourceKey === null ? direct : withParameter(direct, "resourcekey", resourceKey);
}

/** `/s/…` and `/scl/fi/…?rlkey=…`. A folder (`/sh/`, `/scl/fo/`) has no file, it would come as a ZIP. */
function dropbox(url: URL, segments: string[]): URL {
  const isFile = segments[0] === "s" || (segments[0] === "scl" && segments[1] === "fi");
  if (!isFile || url.searchParams.get("dl") === "1") return url;
  const direct = withParameter(url, "raw", "1");
  direct.searchParams.delete("dl");
  return direct;
}

function oneDriveShort(url: URL, segments: string[]): URL {
  // `/i/c/<owner>/<share>`, since 2024: the owner's files lie in a SharePoint of their own.
  const [, kind, owner, share] = segments;
  if (kind === "c" && owner !== undefined && share !== undefined) {
    return downloadPage("https://my.microsoftpersonalcontent.com", `personal/${owner}`, share);
  }
  // `/i/s!<share>`, before: the whole link, base64url, is the key to the file in the shares API.
  const token = btoa(url.origin + url.pathname + url.search);
  const base64url = token.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return new URL(`https://api.onedrive.com/v1.0/shares/u!${base64url}/root/content`);
}

/** `/embed?…` and `/redir?…`, older still: `/download` takes the same query. */
function oneDrive(url: URL): URL {
  if (!url.searchParams.has("resid") || !/^\/(?:embed|redir|redir\.aspx|view\.aspx)$/.test(url.pathname)) return url;
  const direct = new URL(url);
  direct.pathname = "/download";
  return direct;
}

/** `/:i:/g/personal/<user>/<share>`, `/:i:/s/<site>/<share>`, `/:i:/t/<team>/<share>`; `:f:` would be a folder. */
function sharePoint(url: URL, segments: string[]): URL {
  const [kind, scope, ...rest] = segments;
  if (!/^:[a-eg-z]:$/.test(kind ?? "")) return url;
  const share = rest.at(-1) ?? "";
  // Not through the viewer, which sets a cookie and asks for it.
  if (scope === "g" && rest.length === 3) return downloadPage(url.origin, `${rest[0]}/${rest[1]}`, share);
  if (scope === "s" && rest.length === 2) return downloadPage(url.origin, `sites/${rest[0]}`, share);
  if (scope === "t" && rest.length === 2) return downloadPage(url.origin, `teams/${rest[0]}`, share);
  return withParameter(url, "download", "1");
}

function downloadPage(origin: string, site: string, share: string): URL {
  return withParameter(new URL(`${origin}/${site}/_layouts/15/download.aspx`), "share", share);
}

/** `/<owner>/<repository>/blob/<ref>/<path>`. `/raw/` redirects to the file also where it is kept in Git LFS. */
function gitHub(url: URL, segments: string[]): URL {
  const [owner, repository, kind, ...path] = segments;
  if (kind !== "blob" || path.length < 2) return url;
  return new URL(`https://github.com/${owner}/${repository}/raw/${path.join("/")}`);
}

/** `/<group>/<project>/-/blob/<ref>/<path>`. */
function gitLab(url: URL): URL {
  if (!url.pathname.includes("/-/blob/")) return url;
  const direct = new URL(url);
  direct.pathname = url.pathname.replace("/-/blob/", "/-/raw/");
  return direct;
}

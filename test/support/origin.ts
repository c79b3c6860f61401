// A server of one's own: a test says what it has at a path, and asks afterwards what was asked of it.
// PUT https://origin.example/a.jpg with a `Standing`; GET https://origin.example/asked?path=/a.jpg
import { answerAsShop } from "./shop.ts";

/** What the server has at a path, and how it answers. */
export interface Standing {
  /** Chooses the picture. */
  seed: number;
  quality?: number;
  etag?: string;
  lastModified?: string;
  /** Sends everything, whatever the conditions. */
  ignoresConditions?: boolean;
  /** Says 304 to everybody, and names this tag where there is one. */
  insistsOn304?: { etag?: string } | "always";
  redirectTo?: string;
}

export interface Asked {
  ifNoneMatch: string | null;
  ifModifiedSince: string | null;
  status: number;
}

const standings = new Map<string, Standing>();
const asked = new Map<string, Asked[]>();

export async function answerAsOrigin(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/asked") return Response.json(asked.get(searchParams.get("path") ?? "") ?? []);
  if (request.method === "PUT") {
    // Only tests send it.
    standings.set(pathname, JSON.parse(await request.text()));
    asked.set(pathname, []);
    return new Response(null, { status: 204 });
  }
  const standing = standings.get(pathname);
  const response = standing === undefined ? new Response("not found", { status: 404 }) : await serve(request, standing);
  const { headers } = request;
  const ifNoneMatch = headers.get("if-none-match");
  const ifModifiedSince = headers.get("if-modified-since");
  asked.get(pathname)?.push({ ifNoneMatch, ifModifiedSince, status: response.status });
  return response;
}

async function serve(request: Request, standing: Standing): Promise<Response> {
  const { seed, quality = 92, etag, lastModified, ignoresConditions, insistsOn304, redirectTo } = standing;
  if (redirectTo !== undefined) return new Response(null, { status: 302, headers: { location: redirectTo } });
  const ifNoneMatch = request.headers.get("if-none-match");
  const ifModifiedSince = request.headers.get("if-modified-since");
  const isConditional = ifNoneMatch !== null || ifModifiedSince !== null;
  if (insistsOn304 === "always") return new Response(null, { status: 304 });
  if (insistsOn304 !== undefined && isConditional) {
    return new Response(null, { status: 304, headers: { ...(insistsOn304.etag && { etag: insistsOn304.etag }) } });
  }
  const headers = new Headers();
  if (etag !== undefined) headers.set("etag", etag);
  if (lastModified !== undefined) headers.set("last-modified", lastModified);
  const isUnchanged =
    ifNoneMatch === null ? ifModifiedSince !== null && ifModifiedSince === lastModified : ifNoneMatch === etag;
  if (isConditional && isUnchanged && ignoresConditions !== true) return new Response(null, { status: 304, headers });
  const picture = await answerAsShop(new Request(`https://shop.example/photo.jpg?seed=${seed}&quality=${quality}`));
  headers.set("content-type", "image/jpeg");
  return new Response(picture.body, { headers });
}

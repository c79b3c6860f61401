import { describe, expect, test } from "vitest";
import { directUrl } from "../../src/net/share-links.ts";

const direct = (url: string) => directUrl(new URL(url)).href;

const drive = "https://drive.usercontent.google.com/download?id=1AbC_d-2345678901234567890&export=download&confirm=t";

const rewritten: [string, string][] = [
  ["https://drive.google.com/file/d/1AbC_d-2345678901234567890/view?usp=sharing", drive],
  ["https://drive.google.com/file/d/1AbC_d-2345678901234567890/edit", drive],
  ["https://drive.google.com/file/d/1AbC_d-2345678901234567890", drive],
  ["https://drive.google.com/file/u/0/d/1AbC_d-2345678901234567890/preview", drive],
  ["https://drive.google.com/a/shop.example/file/d/1AbC_d-2345678901234567890/view", drive],
  ["https://drive.google.com/open?id=1AbC_d-2345678901234567890&usp=drive_copy", drive],
  ["https://drive.google.com/uc?id=1AbC_d-2345678901234567890", drive],
  ["https://drive.google.com/uc?export=view&id=1AbC_d-2345678901234567890", drive],
  ["https://drive.google.com/u/1/uc?id=1AbC_d-2345678901234567890&export=download", drive],
  ["https://docs.google.com/uc?export=download&id=1AbC_d-2345678901234567890", drive],
  ["http://drive.google.com/file/d/1AbC_d-2345678901234567890/view?resourcekey=0-xY_z", `${drive}&resourcekey=0-xY_z`],
  [
    "https://drive.usercontent.google.com/download?id=1AbC_d-2345678901234567890&export=download",
    "https://drive.usercontent.google.com/download?id=1AbC_d-2345678901234567890&export=download&confirm=t",
  ],

  ["https://www.dropbox.com/s/abc123/shoe.jpg?dl=0", "https://www.dropbox.com/s/abc123/shoe.jpg?raw=1"],
  ["https://dropbox.com/s/abc123/shoe.jpg", "https://dropbox.com/s/abc123/shoe.jpg?raw=1"],
  [
    "https://www.dropbox.com/scl/fi/abc123/shoe.jpg?rlkey=xyz&st=1&dl=0",
    "https://www.dropbox.com/scl/fi/abc123/shoe.jpg?rlkey=xyz&st=1&raw=1",
  ],

  [
    "https://1drv.ms/i/c/339942fd8b9cbd18/IQCDKvutg2sUSrRX-TH?e=TIPQpU",
    "https://my.microsoftpersonalcontent.com/personal/339942fd8b9cbd18/_layouts/15/download.aspx?share=IQCDKvutg2sUSrRX-TH",
  ],
  [
    "https://1drv.ms/i/s!AjIxK6fZSqHT",
    "https://api.onedrive.com/v1.0/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL2kvcyFBakl4SzZmWlNxSFQ/root/content",
  ],
  [
    "https://onedrive.live.com/embed?cid=D3A1&resid=D3A1%211156&authkey=ANIJ",
    "https://onedrive.live.com/download?cid=D3A1&resid=D3A1%211156&authkey=ANIJ",
  ],
  [
    "https://onedrive.live.com/redir.aspx?resid=D3A1!1156&authkey=!ANIJ",
    "https://onedrive.live.com/download?resid=D3A1!1156&authkey=!ANIJ",
  ],
  [
    "https://acme-my.sharepoint.com/:i:/g/personal/ann_acme_example/EfTTE1vvuSdJ?e=4t",
    "https://acme-my.sharepoint.com/personal/ann_acme_example/_layouts/15/download.aspx?share=EfTTE1vvuSdJ",
  ],
  [
    "https://acme.sharepoint.com/:i:/s/Catalogue/EfTTE1vvuSdJ?e=4t",
    "https://acme.sharepoint.com/sites/Catalogue/_layouts/15/download.aspx?share=EfTTE1vvuSdJ",
  ],
  [
    "https://acme.sharepoint.com/:i:/t/Photos/EfTTE1vvuSdJ",
    "https://acme.sharepoint.com/teams/Photos/_layouts/15/download.aspx?share=EfTTE1vvuSdJ",
  ],
  [
    "https://acme.sharepoint.com/:i:/r/sites/Catalogue/Shared%20Documents/shoe.jpg?csf=1",
    "https://acme.sharepoint.com/:i:/r/sites/Catalogue/Shared%20Documents/shoe.jpg?csf=1&download=1",
  ],

  [
    "https://github.com/acme/shop/blob/feature/x/img/shoe%20a.jpg?raw=true",
    "https://github.com/acme/shop/raw/feature/x/img/shoe%20a.jpg",
  ],
  ["https://www.github.com/acme/shop/blob/main/shoe.jpg", "https://github.com/acme/shop/raw/main/shoe.jpg"],
  ["https://gitlab.com/acme/group/shop/-/blob/main/shoe.jpg", "https://gitlab.com/acme/group/shop/-/raw/main/shoe.jpg"],
  ["https://gitlab.acme.example/a/b/-/blob/main/c.png?x=1", "https://gitlab.acme.example/a/b/-/raw/main/c.png?x=1"],
];

const untouched = [
  "https://shop.example/a.jpg?dl=0",
  "https://cdn.shop.example/file/d/1AbC_d-2345678901234567890/view",
  "https://drive.google.com/drive/folders/1AbC_d-2345678901234567890",
  "https://drive.google.com/file/d/short/view",
  "https://drive.google.com/open",
  "https://drive.google.com/thumbnail?id=1AbC_d-2345678901234567890&sz=w1000",
  "https://docs.google.com/document/d/1AbC_d-2345678901234567890/edit",
  "https://lh3.googleusercontent.com/d/1AbC_d-2345678901234567890",
  "https://www.dropbox.com/s/abc123/shoe.jpg?dl=1",
  "https://www.dropbox.com/s/abc123/shoe.jpg?raw=1",
  "https://www.dropbox.com/scl/fo/abc123/folder?rlkey=xyz&dl=0",
  "https://dl.dropboxusercontent.com/s/abc123/shoe.jpg",
  "https://evildropbox.com/s/abc123/shoe.jpg?dl=0",
  "https://acme.sharepoint.com/:f:/s/Catalogue/EfTTE1vvuSdJ",
  "https://acme.sharepoint.com/sites/Catalogue/shoe.jpg",
  "https://onedrive.live.com/?id=D3A1!1156&cid=D3A1",
  "https://github.com/acme/shop",
  "https://github.com/acme/shop/blob/main",
  "https://github.com/acme/shop/raw/main/shoe.jpg",
  "https://github.com/acme/shop/tree/main/img",
  "https://raw.githubusercontent.com/acme/shop/main/shoe.jpg",
  "https://gitlab.com/acme/shop/-/raw/main/shoe.jpg",
];

describe("directUrl", () => {
  test.each(rewritten)("turns %s into its file", (share, file) => {
    expect(direct(share)).toBe(file);
  });

  test.each(untouched)("leaves %s as it is", (url) => {
    expect(direct(url)).toBe(new URL(url).href);
  });

  test.each(rewritten)("twice is the same as once for %s", (share) => {
    expect(direct(direct(share))).toBe(direct(share));
  });

  test("does not change the URL it is given", () => {
    const url = new URL("https://www.dropbox.com/s/abc123/shoe.jpg?dl=0");
    directUrl(url);
    expect(url.href).toBe("https://www.dropbox.com/s/abc123/shoe.jpg?dl=0");
  });
});

// `/v1/validate`: what an upload would come to, with no job made of it.

import { createRoute } from "@hono/zod-openapi";
import type { z } from "@hono/zod-openapi";
import { parseCsv } from "../catalogue/csv.ts";
import { reportOn } from "../catalogue/report.ts";
import type { CatalogueReport } from "../catalogue/report.ts";
import { readConfig } from "../config.ts";
import { readJobOptions } from "./job-options.ts";
import { newRouter } from "./router.ts";
import * as schemas from "./schemas.ts";
import { problemResponse } from "./schemas.ts";
import { uploadBody, uploadRefusals } from "./upload-schemas.ts";
import { readUpload } from "./upload.ts";

export const validateRoutes = newRouter();

const validateRoute = createRoute({
  method: "post",
  path: "/v1/validate",
  operationId: "validateCatalogue",
  summary: "See what an upload would come to",
  description:
    "Takes what `POST /v1/jobs` takes and leaves nothing behind. A CSV that would be refused is a report too, with " +
    "`acceptable: false`; only a request that cannot be read, or an option that cannot be used, is an error.",
  responses: {
    200: { description: "The report.", content: { "application/json": { schema: schemas.report } } },
    400: problemResponse("The request is malformed, or an option is.", ...uploadRefusals.malformed),
    413: uploadRefusals.tooLarge,
    415: uploadRefusals.wrongType,
  },
});

validateRoutes.openAPIRegistry.registerPath({ ...validateRoute, request: { body: uploadBody } });

validateRoutes.openapi({ ...validateRoute, hide: true }, async (c) => {
  const config = readConfig(c.env);
  const { csv, table, fields } = await readUpload(c.req.raw, config.maxCsvBytes);
  const { onInvalid } = readJobOptions(fields, config, new URL(c.req.url).origin, { onInvalid: "skip", scale: 1 });
  const report = reportOn(() => table ?? parseCsv(csv), { onInvalid, maxImages: config.maxImages });
  return c.json(describeReport(report), 200);
});

function describeReport(report: CatalogueReport): z.infer<typeof schemas.report> {
  return {
    acceptable: report.refusal === null,
    problem: report.refusal,
    rows: report.rows,
    products: report.usableRows,
    images_total: report.imagesTotal,
    images_distinct: report.imagesDistinct,
    duplicates: report.imagesTotal - report.imagesDistinct,
    problems: report.problems,
    problems_total: report.problemsTotal,
    warnings: report.warnings,
    warnings_total: report.warningsTotal,
    columns: report.columns,
    preview: report.preview.map(({ urlsTotal, ...row }) => ({ ...row, urls_total: urlsTotal })),
  };
}

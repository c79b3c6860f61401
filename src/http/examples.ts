// One job as the documentation shows it, whole: the same in every answer and in the webhooks.

import type { z } from "@hono/zod-openapi";
import { linksOf } from "../job/links.ts";
import type * as schemas from "./schemas.ts";

export const exampleOrigin = "https://halftone.example";

const id = "0b5c2f6e-4c0d-4b0e-9d67-0a8c0f1f7a55";
const self = `${exampleOrigin}/v1/jobs/${id}`;

const job = {
  id,
  request_id: id,
  state: "completed",
  outcome: "partial",
  options: {
    quality: 50,
    format: "keep",
    scale: 1,
    background: "#ffffff",
    email: ["buyer@shop.example"],
    webhook_url: "https://shop.example/hooks/halftone",
    webhook_events: ["job.completed", "job.partial", "job.failed", "job.cancelled"],
    reuse: true,
  },
  products: 2,
  images_total: 3,
  images_processed: 3,
  images_succeeded: 2,
  images_failed: 1,
  images_reused: 0,
  completion_percentage: 100,
  bytes_in: 812_400,
  bytes_out: 301_250,
  saved_percent: 62.9,
  eta_seconds: null,
  created_at: "2026-11-21T05:14:18.000Z",
  updated_at: "2026-11-21T05:14:22.000Z",
  completed_at: "2026-11-21T05:14:22.000Z",
  expires_at: "2026-12-21T05:14:22.000Z",
  error_message: null,
  warnings: [],
  links: linksOf(self),
} satisfies z.infer<typeof schemas.job>;

const image = {
  position: 1,
  source: "https://shop.example/mug.jpg",
  uses: 1,
  output: `${exampleOrigin}/image/${id}-1.jpg`,
  outcome: "compressed",
  code: null,
  message: null,
  format: "jpeg",
  width: 1600,
  height: 1200,
  output_format: "jpeg",
  output_width: 1600,
  output_height: 1200,
  bytes_in: 412_300,
  bytes_out: 150_100,
  attempts: 1,
  reused: false,
} satisfies z.infer<typeof schemas.image>;

const delivery = {
  id: `msg_${id}_1`,
  kind: "webhook",
  event: "job.partial",
  target: "https://shop.example/hooks/halftone",
  state: "delivered",
  next_attempt_at: null,
  attempts: [{ at: "2026-11-21T05:14:22.100Z", status: 200, duration_ms: 84, error: null, response: "ok" }],
} satisfies z.infer<typeof schemas.delivery>;

export const examples = { Job: job, Image: image, Delivery: delivery };

/** A catalogue as it is uploaded. */
export const exampleCsv = "S. No.,Product Name,Input Image Urls\r\n1,Stoneware Mug,https://shop.example/mug.jpg\r\n";

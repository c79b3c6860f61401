// What an ended job owes, and to whom. Ids are made from the job's and the run's, so that a repeated end announces nothing
// new, and the end of a retry does.

import { codeOf } from "../errors.ts";
import type { FailureCount } from "../store/images.ts";
import type { JobRecord } from "../store/jobs.ts";
import type { JobEvent } from "../store/schema.ts";
import { dueNow } from "./delivery.ts";
import type { MailDelivery, PendingDelivery, WebhookDelivery } from "./delivery.ts";
import { summarizeJob } from "./summary.ts";

/** Standard Webhooks asks for less than 20 kB; a job may have a hundred warnings of some hundred characters each. */
const maxWarnings = 20;

export function announceEnd(job: JobRecord, run: number, failures: readonly FailureCount[]): PendingDelivery[] {
  return [...endWebhooks(job, run), ...endMails(job, run, failures)];
}

/** For the owner of a webhook that was given up: there is no other way to tell. */
export function announceUndelivered(
  job: Pick<JobRecord, "id" | "origin">,
  { id, target, attempts, recipients }: WebhookDelivery,
): PendingDelivery[] {
  const last = attempts.at(-1);
  return recipients.map((recipient, index) => ({
    id: `${id.replace(/^msg_/, "mail_")}_webhook_${index + 1}`,
    kind: "email",
    event: "webhook.undelivered",
    target: recipient,
    letter: {
      about: "undelivered",
      jobId: job.id,
      deliveryId: id,
      receiver: URL.parse(target)?.host ?? "",
      attempts: attempts.length,
      lastEnd: last?.error ?? `status ${last?.status ?? "unknown"}`,
      links: { deliveries: `${job.origin}/v1/jobs/${job.id}/deliveries` },
    },
    begunAt: null,
    ...dueNow(Date.now()),
  }));
}

function endWebhooks(job: JobRecord, run: number): WebhookDelivery[] {
  const event = endEvent(job);
  if (job.webhookUrl === null || job.options.webhookEvents?.includes(event) === false) return [];
  const summary = summarizeJob(job, null);
  return [
    {
      id: `msg_${job.id}_${run}`,
      kind: "webhook",
      event,
      target: job.webhookUrl,
      body: JSON.stringify({
        request_id: job.id,
        status: job.state === "completed" ? "COMPLETED" : "FAILED",
        message: endMessage(job),
        type: event,
        timestamp: new Date(endTime(job)).toISOString(),
        data: { ...summary, warnings: summary.warnings.slice(0, maxWarnings) },
      }),
      owner: job.owner,
      recipients: [...job.options.email],
      ...dueNow(endTime(job)),
    },
  ];
}

function endMails(job: JobRecord, run: number, failures: readonly FailureCount[]): MailDelivery[] {
  const { warnings: _warnings, options: _options, links, ...facts } = summarizeJob(job, null);
  return [...job.options.email].map((recipient, index) => ({
    id: `mail_${job.id}_${run}_${index + 1}`,
    kind: "email",
    event: endEvent(job),
    target: recipient,
    letter: {
      about: "end",
      event: endEvent(job),
      job: facts,
      failures: failures.map(({ failure, uses }) => ({ code: codeOf(failure), images: uses })),
      links: { job: links.self, outputCsv: links.output_csv, failedImages: `${links.images}?outcome=failed` },
    },
    begunAt: null,
    ...dueNow(endTime(job)),
  }));
}

/** The same however often the end is announced. */
function endTime(job: JobRecord): number {
  return job.completedAt ?? job.updatedAt;
}

function endEvent(job: JobRecord): JobEvent {
  if (job.state === "cancelled") return "job.cancelled";
  if (job.state === "failed") return "job.failed";
  return job.outcome === "partial" ? "job.partial" : "job.completed";
}

function endMessage(job: JobRecord): string {
  switch (endEvent(job)) {
    case "job.completed":
      return "CSV and image processing completed successfully.";
    case "job.partial":
      return `CSV and image processing completed; ${job.imagesFailed} of ${job.imagesTotal} images failed.`;
    case "job.failed":
      return `CSV and image processing failed: none of the ${job.imagesTotal} images succeeded.`;
    case "job.cancelled":
      return "CSV and image processing was cancelled.";
  }
}

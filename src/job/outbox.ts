// The deliveries that a coordinator still has to make or has made, in its own storage, one value each.
//
//            webhook                                  mail
//   attempt --> save --> record in D1        save "begun" --> send --> save --> record in D1
//
// A webhook is made at least once: a crash between its attempt and the save makes it again, under the same id, by which the
// receiver sees the repeat. A mail has nobody who would look at an id, and Cloudflare takes none to tell repeats by, so it
// is the other way round: a crash between "begun" and the save leaves it unknown whether the mail went out, and it is not
// sent again. The delivery then says `interrupted`, and its owner may have it made again. So of every mail the service
// accepts at most one, and exactly one unless the coordinator dies, or the answer is lost, in the very moment of sending.
// What the service refuses it has not accepted; that is tried again, on the schedule, when it says "later".

import type { Config } from "../config.ts";
import { announceUndelivered } from "./announce.ts";
import {
  attemptMail,
  attemptWebhook,
  prepareMail,
  recordAttempts,
  settleInterrupted,
  settleWithoutSender,
} from "./deliver.ts";
import type { DeliveringJob } from "./deliver.ts";
import { beginAnew, isUsedUp } from "./delivery.ts";
import type { MailDelivery, PendingDelivery, WebhookDelivery } from "./delivery.ts";

const keyPrefix = "delivery:";

export class Outbox {
  private readonly storage: DurableObjectStorage;
  private readonly deliveries = new Map<string, PendingDelivery>();

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
    for (const [, delivery] of storage.kv.list<PendingDelivery>({ prefix: keyPrefix })) {
      this.deliveries.set(delivery.id, delivery);
    }
  }

  /** Takes deliveries in. One that it has already stays as it is. */
  add(announced: readonly PendingDelivery[]): void {
    for (const delivery of announced) if (!this.deliveries.has(delivery.id)) this.save(delivery);
  }

  /** False where there is no such delivery. */
  redeliver(id: string): boolean {
    const delivery = this.deliveries.get(id);
    if (delivery === undefined) return false;
    beginAnew(delivery);
    this.save(delivery);
    return true;
  }

  /** When there is something to do, in ms; null for never. */
  nextDueAt(): number | null {
    let next: number | null = null;
    for (const { dueAt, recorded } of this.deliveries.values()) {
      const at = recorded ? dueAt : 0;
      if (at !== null && (next === null || at < next)) next = at;
    }
    return next;
  }

  /** Makes what is due, and records what is not recorded. Throws when our own platform fails; safe to repeat. */
  async deliverDue(env: Env, config: Config, job: DeliveringJob): Promise<void> {
    const failures: unknown[] = [];
    for (const delivery of this.deliveries.values()) {
      try {
        if (delivery.dueAt !== null && delivery.dueAt <= Date.now()) await this.make(env, config, job, delivery);
        if (!delivery.recorded) await this.record(env.DB, job, delivery);
      } catch (error) {
        // The others do not wait for it.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Forgets everything; the caller deletes the storage. */
  clear(): void {
    this.deliveries.clear();
  }

  private async make(env: Env, config: Config, job: DeliveringJob, delivery: PendingDelivery): Promise<void> {
    if (delivery.kind === "webhook") await this.call(env, config, job, delivery);
    else await this.mail(env, config, job, delivery);
  }

  private async record(db: D1Database, job: DeliveringJob, delivery: PendingDelivery): Promise<void> {
    // Before the writing: a redelivery that comes in meanwhile is to be recorded again.
    delivery.recorded = true;
    try {
      await recordAttempts(db, job.id, delivery);
    } catch (error) {
      delivery.recorded = false;
      throw error;
    }
    this.save(delivery);
  }

  private async call(env: Env, config: Config, job: DeliveringJob, delivery: WebhookDelivery): Promise<void> {
    await attemptWebhook(env, config, job, delivery);
    this.save(delivery);
    if (isUsedUp(delivery)) this.add(announceUndelivered(job, delivery));
  }

  private async mail(env: Env, config: Config, job: DeliveringJob, delivery: MailDelivery): Promise<void> {
    if (delivery.begunAt !== null) {
      settleInterrupted(env, job, delivery, delivery.begunAt);
    } else if (config.mailFrom === null) {
      settleWithoutSender(env, job, delivery);
    } else {
      const mail = await prepareMail(env.FILE_BUCKET, config.mailFrom, delivery);
      delivery.begunAt = Date.now();
      this.save(delivery);
      await this.storage.sync();
      await attemptMail(env, job, delivery, mail);
    }
    delivery.begunAt = null;
    this.save(delivery);
    // Not with the next write: until this one is on disk, nobody knows.
    await this.storage.sync();
  }

  private save(delivery: PendingDelivery): void {
    this.deliveries.set(delivery.id, delivery);
    this.storage.kv.put(`${keyPrefix}${delivery.id}`, delivery);
  }
}

// What happened in a running job, in order, for those who watch it. The log lies in the coordinator's own SQLite, one
// row per report, so that a watcher who lost the connection, or whose coordinator was evicted, goes on where it stood.
// It is dropped when the job ends: from then on the record tells all.

/** Reports held in memory, for watchers who keep up. */
const tailEntries = 200;
const entriesPerRead = 50;

/** Events that came together. They are numbered through the whole log, from 1. */
export interface LogEntry {
  first: number;
  last: number;
  events: string[];
}

export class EventLog {
  private readonly sql: SqlStorage;
  private tail: LogEntry[] = [];
  private newest: number;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec("create table if not exists events (last integer primary key, events text not null)");
    const [row] = sql.exec<{ last: number | null }>("select max(last) as last from events").toArray();
    this.newest = row?.last ?? 0;
  }

  /** Number of the newest event; 0 when there is none. */
  get last(): number {
    return this.newest;
  }

  append(events: string[]): void {
    if (events.length === 0) return;
    const entry = { first: this.newest + 1, last: this.newest + events.length, events };
    this.sql.exec("insert into events (last, events) values (?, ?)", entry.last, JSON.stringify(events));
    this.newest = entry.last;
    this.tail.push(entry);
    if (this.tail.length > tailEntries) this.tail.shift();
  }

  /** The events behind number `after`, oldest first and a few reports at a time; none when there are none yet. */
  *read(after: number): Generator<{ number: number; event: string }> {
    const start = this.tail[0]?.first ?? Number.POSITIVE_INFINITY;
    const entries = after + 1 >= start ? this.tail.filter((entry) => entry.last > after) : this.readStored(after);
    for (const entry of entries.slice(0, entriesPerRead)) {
      for (const [index, event] of entry.events.entries()) {
        const number = entry.first + index;
        if (number > after) yield { number, event };
      }
    }
  }

  /** Forgets the events, not their count: a retry's events are numbered on. */
  clear(): void {
    this.sql.exec("delete from events where last < ?", this.newest);
    this.sql.exec("update events set events = '[]'");
    this.tail = [];
  }

  private readStored(after: number): LogEntry[] {
    return this.sql
      .exec<{ last: number; events: string }>(
        "select last, events from events where last > ? order by last limit ?",
        after,
        entriesPerRead,
      )
      .toArray()
      .map(({ last, events }) => {
        const parsed: string[] = JSON.parse(events);
        return { first: last - parsed.length + 1, last, events: parsed };
      });
  }
}

import { randomUUID } from "node:crypto";
import type { TriggerRepository } from "../../database/repositories/trigger-repository.ts";
import type { Growing } from "./tell-growth.ts";

/** What can be other than it was without any change of status: what pages about it show has to be read again. */
export type Changing = "dispatches" | "triggers" | "settings";

/**
 * Counts what changes without a change of status, of which events tell: a dispatch is paused, deleted or imported, a trigger is removed, a
 * setting is changed. Who looks is told the counts, and reads again what is behind one that is other than before; so a reader that was
 * away for a moment misses nothing.
 */
export class Changes {
  /** The counts of another server say nothing about these. */
  readonly #server = randomUUID();
  readonly #counts: Record<Changing, number> = { dispatches: 0, triggers: 0, settings: 0 };
  readonly #listeners = new Set<() => void>();

  /** Call it when the change can be read. */
  tell(what: Changing): void {
    this.#counts[what] += 1;
    for (const listener of this.#listeners) listener();
  }

  growing(): Growing {
    return {
      event: "changes",
      look: async () => ({ server: this.#server, ...this.#counts }),
      watch: (changed) => {
        this.#listeners.add(changed);
        return () => this.#listeners.delete(changed);
      },
    };
  }
}

/** The same triggers, of which every change is told: by whom it was made makes no difference. */
export function toldTriggers(triggers: TriggerRepository, changes: Changes): TriggerRepository {
  const told = async <Done>(change: Promise<Done>): Promise<Done> => {
    const done = await change;
    changes.tell("triggers");
    return done;
  };
  return {
    find: (id) => triggers.find(id),
    list: (query) => triggers.list(query),
    observed: () => triggers.observed(),
    add: (trigger) => told(triggers.add(trigger)),
    note: (id, progress) => told(triggers.note(id, progress)),
    pause: (id, at, dueAt) => told(triggers.pause(id, at, dueAt)),
    stop: (which, at) => told(triggers.stop(which, at)),
  };
}

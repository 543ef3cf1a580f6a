import type { Attempt } from "../../../api/dispatches.ts";
import { Section } from "../../../components/section.tsx";
import { StatusBadge } from "../../../components/status.tsx";
import { Duration, Time } from "../../../components/time.tsx";

/** Every try of a node, the last first. */
export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  return (
    <Section title={attempts.length === 1 ? "Attempt" : `Attempts (${attempts.length})`}>
      <ol className="flex flex-col gap-2">
        {attempts.toReversed().map((attempt) => (
          <li key={attempt.number} className="grid grid-cols-[1.5rem_1fr_auto] gap-x-2">
            <span className="text-soft tabular-nums">{attempt.number}</span>
            <span>
              <StatusBadge status={shownStatus(attempt.status)} />
            </span>
            <Duration from={attempt.started_at ?? attempt.placed_at} to={attempt.ended_at} />
            <span className="col-start-2 col-end-4 text-xs text-soft">
              on {attempt.executor}, <Time at={attempt.started_at ?? attempt.placed_at} />
              {attempt.failure && (
                <span className="block break-words">
                  {attempt.failure.name}: {attempt.failure.message.split("\n")[0]}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** One that was returned never started. */
function shownStatus(status: Attempt["status"]): string {
  if (status === null) return "RUNNING";
  return status === "RETURNED" ? "NEW_OBJECT" : status;
}

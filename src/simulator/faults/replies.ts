import type { SqlAnswer } from '../cluster.ts';
import type { ClusterState } from '../model/state.ts';

/** The reply to a statement that has been carried out, as the oldest fault that means it lets it come. */
export function troubleReply({ faults, nowMs }: ClusterState, text: string, answer: SqlAnswer): SqlAnswer {
  const { replies } = faults;
  if (replies.length === 0) return answer;
  const capitals = text.trimStart().toUpperCase();
  const trouble = replies.find((each) => capitals.startsWith(each.text));
  if (trouble === undefined) return answer;
  trouble.left -= 1;
  if (trouble.left === 0) replies.splice(replies.indexOf(trouble), 1);
  switch (trouble.reply) {
    case 'lost':
      return { kind: 'close' };
    case 'never':
      return { kind: 'pending', poll: () => undefined };
    case 'late':
      return late(answer, nowMs + trouble.delayMs);
  }
}

/** A reply that had to wait anyhow comes when both waits are over. */
function late(answer: SqlAnswer, fromMs: number): SqlAnswer {
  let current = answer;
  return {
    kind: 'pending',
    poll: (atMs) => {
      if (current.kind === 'pending') current = current.poll(atMs) ?? current;
      return atMs < fromMs || current.kind === 'pending' ? undefined : current;
    },
  };
}

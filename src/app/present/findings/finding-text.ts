import type { Finding } from '../../../domain/finding.ts';

/** A finding as one sentence; an error that names its endpoint already is not led by it again. */
export function findingText({ subject, message }: Finding): string {
  return message.startsWith(`${subject}:`) ? message : `${subject}: ${message}`;
}

/** The message beside its subject, not led by it. */
export function messageBeside({ subject, message }: Finding): string {
  return message.startsWith(`${subject}:`) ? message.slice(subject.length + 1).trimStart() : message;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../../src/logging/redact.ts';

function hiding(...secrets: readonly string[]) {
  const redact = redactor();
  redact.hide(secrets);
  return redact;
}

describe('what is hidden', () => {
  it.each([
    ['in the middle of a message', 'login of root with p4ss-word failed', 'login of root with [redacted] failed'],
    ['as part of a URL', 'http://root:p4ss-word@fe1:8030/api', 'http://root:[redacted]@fe1:8030/api'],
    ['several times', 'p4ss-word p4ss-word', '[redacted] [redacted]'],
    ['not at all when it is not there', 'p4ss-wor', 'p4ss-wor'],
  ])('a secret %s', (_case, text, shown) => {
    expect(hiding('p4ss-word').text(text)).toBe(shown);
  });

  it('a secret as a URL encodes it and as JSON escapes it', () => {
    const redact = hiding('a b"c');
    expect(redact.text(`${encodeURIComponent('a b"c')} ${JSON.stringify({ it: 'a b"c' })}`)).toBe(
      '[redacted] {"it":"[redacted]"}',
    );
  });

  it('the longer of two secrets of which one begins the other', () => {
    expect(hiding('abcd', 'abcdefgh').text('abcdefgh abcd')).toBe('[redacted] [redacted]');
  });

  it('a short secret where it is the whole value, and not within words', () => {
    expect(hiding('ab').fields({ value: 'ab', word: 'cabbage' })).toEqual({ value: '[redacted]', word: 'cabbage' });
  });

  it('whatever stands under the name of a secret, known or not', () => {
    expect(hiding().fields({ password: 'x', nested: { token: 'y', Authorization: 'Bearer z' }, user: 'root' })).toEqual(
      {
        password: '[redacted]',
        nested: { token: '[redacted]', Authorization: '[redacted]' },
        user: 'root',
      },
    );
  });

  it('a secret in message, stack and cause of an error, whose code stays', () => {
    const cause = new Error('refused p4ss-word');
    const error = Object.assign(new Error('p4ss-word is wrong', { cause }), { code: 'doris-access-denied' });
    const shown = JSON.stringify(hiding('p4ss-word').fields({ error }));
    expect(shown).not.toContain('p4ss-word');
    expect(JSON.parse(shown)).toMatchObject({
      error: {
        type: 'Error',
        code: 'doris-access-denied',
        message: '[redacted] is wrong',
        cause: { message: 'refused [redacted]' },
      },
    });
  });

  it('an older secret still, after a new one is hidden', () => {
    const redact = hiding('old-secret');
    redact.hide(['new-secret']);
    expect(redact.text('old-secret new-secret')).toBe('[redacted] [redacted]');
  });

  it('any secret of 4 characters or more, anywhere in anything', () => {
    const letters = fc.string({ minLength: 4, maxLength: 12, unit: fc.constantFrom(...'aZ09_%"\\/ é') });
    fc.assert(
      fc.property(letters, fc.jsonValue({ maxDepth: 3 }), fc.string(), (secret, value, around) => {
        // What the censor's own word contains cannot be told from it.
        fc.pre(!'[redacted]'.includes(secret));
        const redact = hiding(secret);
        const given = { value, text: `${around}${secret}${around}`, list: [secret, { deep: { deeper: secret } }] };
        const strings: string[] = [];
        JSON.stringify(redact.fields(given), (_key, field: unknown) => {
          if (typeof field === 'string') strings.push(field);
          return field;
        });
        for (const text of strings) expect(text).not.toContain(secret);
      }),
    );
  });
});

describe('what stays', () => {
  it('numbers, flags, null and nesting, down to a depth that no field of ours has', () => {
    const fields = { count: 3, on: true, none: null, list: [1, 'two', { three: 3 }] };
    expect(hiding('secret').fields(fields)).toEqual(fields);
  });

  it('a bigint as its digits, since JSON has none', () => {
    expect(hiding().fields({ id: 1795397645246n })).toEqual({ id: '1795397645246' });
  });

  it('a value that contains itself ends', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(JSON.stringify(hiding().fields(loop))).toContain('[too deep]');
  });
});

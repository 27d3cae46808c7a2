import type { DorisVersion } from '../cluster.ts';

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer has to wait: asked again until it is there; status and body above are then of no meaning. */
  readonly later?: (atMs: number) => HttpReply | undefined;
}

/** Doris's envelope: HTTP 200 whatever it says, the code is in the body. */
export interface Envelope {
  readonly msg: string;
  readonly code: number;
  readonly data: unknown;
  /** What it comes to is known later only. */
  readonly later?: (atMs: number) => Envelope | undefined;
}

export function success(data: unknown): Envelope {
  return { msg: 'success', code: 0, data };
}

/** A wish that was understood and not fulfilled. */
export function failed(data: string): Envelope {
  return { msg: 'Error', code: 1, data };
}

export function unauthorized(data: string): Envelope {
  return { msg: 'Unauthorized', code: 401, data };
}

export function badRequest(data: string): Envelope {
  return { msg: 'Bad Request', code: 403, data };
}

export function internalError(data: string): Envelope {
  return { msg: 'Internal Error', code: 500, data };
}

export function jsonReply(body: unknown): HttpReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function envelopeReply({ msg, code, data, later }: Envelope): HttpReply {
  const reply = jsonReply({ msg, code, data, count: 0 });
  return later === undefined ? reply : { ...reply, later: after(later, envelopeReply) };
}

/** What waits, told in another way when it is there. */
export function after<From, To>(
  poll: (atMs: number) => From | undefined,
  told: (result: From) => To,
): (atMs: number) => To | undefined {
  return (atMs) => {
    const result = poll(atMs);
    return result === undefined ? undefined : told(result);
  };
}

/** Up to 3.0 a real 404 with a page; from 4.0 an envelope, as if something had broken. */
export function notFound(version: DorisVersion, path: string): HttpReply {
  if (version === '4.0') {
    return envelopeReply(internalError(path === '/' ? 'No static resource .' : 'No static resource index.html.'));
  }
  const body = `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error 404 Not Found</title>
</head>
<body><h2>HTTP ERROR 404 Not Found</h2>
<table>
<tr><th>URI:</th><td>${escapeHtml(path)}</td></tr>
<tr><th>STATUS:</th><td>404</td></tr>
<tr><th>MESSAGE:</th><td>Not Found</td></tr>
<tr><th>SERVLET:</th><td>dispatcherServlet</td></tr>
</table>

</body>
</html>
`;
  return { status: 404, headers: { 'content-type': 'text/html;charset=iso-8859-1' }, body };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

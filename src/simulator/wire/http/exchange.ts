import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface HttpQuestion {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly authorization: { readonly user: string; readonly password: string } | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const BODY_LIMIT_BYTES = 1_048_576;

/** An HTTP server that answers each question with one function; undefined cuts the connection, as a process that just ended. */
export function httpServer(answer: (question: HttpQuestion) => Promise<HttpAnswer | undefined>): Server {
  return createServer((request, response) => {
    readBody(request)
      .then((body) => answer(questionOf(request, body)))
      .then(
        (result) => {
          if (result === undefined) request.socket.destroy();
          else send(response, result);
        },
        (error: unknown) => {
          send(response, jsonAnswer(500, { error: error instanceof Error ? error.message : 'failed' }));
        },
      );
  });
}

export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(body)}\n` };
}

function questionOf(request: IncomingMessage, body: string): HttpQuestion {
  const url = new URL(`http://host${request.url ?? '/'}`);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    body,
    authorization: basicAuthorization(request.headers.authorization),
  };
}

function basicAuthorization(header: string | undefined): HttpQuestion['authorization'] {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { user, password: password.join(':') };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

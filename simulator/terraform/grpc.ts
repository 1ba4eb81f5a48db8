import http2 from 'node:http2';
import { type Call, calls, decode, encode } from './protocol';
import { type Dynamic } from './value';

/** Answers a call; `session` is the connection it came by. */
export type Handler = (call: Call, request: Dynamic, session: object) => Promise<object>;

const SERVICE = '/tfplugin5.Provider/';
const UNIMPLEMENTED = '12';
const head = { ':status': 200, 'content-type': 'application/grpc' };

async function readMessage(stream: http2.ServerHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  // One flag byte (1 means compressed, which Terraform does not send), four bytes of length, the message.
  return body.subarray(5, 5 + body.readUInt32BE(1));
}

const framed = (message: Buffer): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

async function serveStream(
  stream: http2.ServerHttp2Stream,
  path: string,
  session: object,
  handle: Handler,
): Promise<void> {
  const call = path.startsWith(SERVICE) ? path.slice(SERVICE.length) : '';
  if (!(call in calls)) {
    // Terraform's plugin library also asks for a log and a broker stream, and does without.
    stream.respond(
      { ...head, 'grpc-status': UNIMPLEMENTED, 'grpc-message': `unimplemented: ${path}` },
      { endStream: true },
    );
    return;
  }
  const [request, reply] = calls[call as Call];
  const result = await handle(call as Call, decode(request, await readMessage(stream)), session);
  if (stream.destroyed) return;
  stream.respond(head, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(framed(encode(reply, result)));
}

/** Serves the plugin protocol on a unix socket: plain unary gRPC, which node:http2 speaks without a library. */
export async function listen(
  socket: string,
  handle: Handler,
  closed: (session: object) => void,
  shutdown: () => void = () => undefined,
): Promise<{ close(): Promise<void> }> {
  const server = http2.createServer({ settings: { initialWindowSize: 1 << 20 } });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => {
      sessions.delete(session);
      closed(session);
    });
    // A killed Terraform leaves a reset connection: nothing to do about it.
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    // go-plugin asks a provider that Terraform started itself to end, and kills it two seconds later
    if (headers[':path'] === '/plugin.GRPCController/Shutdown') shutdown();
    serveStream(stream, String(headers[':path']), stream.session ?? {}, handle).catch((error: Error) =>
      stream.destroy(error),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}

import type { BootedProduct } from '../../bench/booted-product';

export interface OpenSockets {
  readonly opened: number;
  /** Those that were closed before they were asked to be, and why. */
  readonly closed: readonly string[];
  /** Messages that came back, of those that were sent more than two seconds before the end. */
  readonly sent: number;
  readonly echoed: number;
}

/** Keeps sockets open, each of which says something every 100 ms and waits for its echo, until it is told to end. */
const visitor = (url: string, count: number): string => `
  const closed = [], sent = new Map(); let opened = 0, next = 0, echoed = 0, ending = false;
  const sockets = Array.from({ length: ${count} }, () => {
    const socket = new WebSocket(${JSON.stringify(url)});
    socket.onopen = () => { opened++; console.error('open ' + opened); };
    socket.onmessage = ({ data }) => { if (sent.delete(data)) echoed++; };
    socket.onclose = ({ code, reason }) => { if (!ending) closed.push(code + ' ' + reason); };
    return socket;
  });
  const talk = setInterval(() => sockets.forEach((socket) => {
    if (socket.readyState !== 1) return;
    const word = String(next++);
    sent.set(word, Date.now());
    socket.send(word);
  }), 100);
  process.on('SIGINT', () => {
    ending = true; clearInterval(talk);
    const lost = [...sent.values()].filter((at) => at < Date.now() - 2000).length;
    console.log(JSON.stringify({ opened, closed, sent: echoed + lost, echoed }));
    process.exit();
  });
`;

/** What becomes of a product's WebSockets while `work` goes on. */
export async function withOpenSockets(
  product: BootedProduct,
  url: string,
  count: number,
  work: () => Promise<void>,
): Promise<OpenSockets> {
  const ended = new AbortController();
  let all = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    all = resolve;
  });
  const running = product.outside(
    [process.execPath, '--experimental-websocket', '--no-warnings', '--eval', visitor(url, count)],
    {
      signal: ended.signal,
      onLine: (line) => {
        if (line === `open ${count}`) all();
      },
    },
  );
  try {
    await Promise.race([
      open,
      running.then(({ output }) => {
        throw new Error(`the sockets ended before they were open: ${output}`);
      }),
    ]);
    await work();
  } finally {
    ended.abort();
  }
  const { stdout, output } = await running;
  try {
    return JSON.parse(stdout) as OpenSockets;
  } catch {
    throw new Error(`the sockets counted nothing: ${output}`);
  }
}

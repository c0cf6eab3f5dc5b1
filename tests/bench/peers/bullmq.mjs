// BullMQ as a fan-out: each socket has a job of its own, added in bulk; a Worker in the same process writes the text of
// each to its socket. Whoever posts a text to /tell has it told to everybody. node bullmq.mjs PORT REDIS_SOCKET
import { createServer } from "node:http";
import { Queue, Worker } from "bullmq";
import { WebSocketServer } from "ws";

const [port, path] = process.argv.slice(2);
const connection = { path, maxRetriesPerRequest: null };
// of this process alone: what another one left undone is none of its business
const name = `offers-${process.pid}`;
const queue = new Queue(name, { connection });
const sockets = [];
new Worker(name, async ({ data }) => sockets[data.to].send(data.text), {
  connection,
  concurrency: 50,
});
const http = createServer((request, response) => {
  let text = "";
  request.on("data", (some) => (text += some));
  request.on("end", async () => {
    const opts = { removeOnComplete: true };
    await queue.addBulk(sockets.map((_, to) => ({ name: "offer", data: { to, text }, opts })));
    response.end("told");
  });
});
new WebSocketServer({ server: http }).on("connection", (socket) => sockets.push(socket));
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });

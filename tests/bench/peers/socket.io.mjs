// socket.io with its Redis streams adapter and connection state recovery: whoever posts a text to /tell has it emitted
// to everybody. node socket.io.mjs PORT REDIS_SOCKET
import { createServer } from "node:http";
import { createClient } from "redis";
import { Server } from "socket.io";
import { createAdapter } from "@socket.io/redis-streams-adapter";

const [port, socket] = process.argv.slice(2);
const redis = createClient({ socket: { path: socket } });
await redis.connect();
const io = new Server({
  adapter: createAdapter(redis),
  connectionStateRecovery: {},
  transports: ["websocket"],
});
const http = createServer((request, response) => {
  let text = "";
  request.on("data", (some) => (text += some));
  request.on("end", () => {
    io.emit("offer", text);
    response.end("told");
  });
});
io.attach(http);
http.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });

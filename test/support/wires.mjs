import net from "node:net";

// Preloaded into a node whose calls must go through wires that a test can cut: WIRES says, as JSON, which port it gets
// in place of which. All nodes know the same addresses, as members do, and each still has wires of its own.

const wires = new Map(Object.entries(JSON.parse(process.env.WIRES ?? "{}")));
const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...given) {
  // What net.connect passes on is a list of options and callback.
  const [options, ...rest] = Array.isArray(given[0]) ? given[0] : given;
  const port = wires.get(String(options?.port));
  if (port === undefined) return connect.apply(this, given);
  return connect.call(this, { ...options, port }, ...rest.filter((each) => typeof each === "function"));
};

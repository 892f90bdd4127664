import { ownerOfPeer } from "../../src/service/sessions/session-owner.ts";

test.each([
  ["10.1.2.3:40000", "10.1.2.3"],
  ["::ffff:10.1.2.3:40000", "10.1.2.3"],
  ["::1:40000", "0:0:0:0::/64"],
  ["2001:db8:1:2:3:4:5:6:40000", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9:40000", "2001:db8:1:2::/64"],
  ["2001:0DB8::9:40000", "2001:db8:0:0::/64"],
  ["fe80::1%eth0:40000", "fe80:0:0:0::/64"],
  ["unknown", "unknown"],
])("a call from %s counts for %s", (peer, owner) => {
  expect(ownerOfPeer(peer)).toBe(owner);
});

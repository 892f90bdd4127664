/**
 * Container platforms put the addresses of services into the environment of their neighbours. Kubernetes does so for
 * every service of a namespace, Docker for links: a service named "balsa", or "balsa-peers", gets variables that begin
 * with BALSA_ and are not meant for a node.
 */
const linkNames = [
  { name: /_SERVICE_HOST$/, value: /./ },
  { name: /_SERVICE_PORT(_[A-Z0-9_]+)?$/, value: /^[0-9]+$/ },
  { name: /_PORT$/, value: /^[a-z]+:\/\// },
  { name: /_PORT_[0-9]+_(TCP|UDP|SCTP)$/, value: /^[a-z]+:\/\// },
  { name: /_PORT_[0-9]+_(TCP|UDP|SCTP)_(ADDR|PORT|PROTO)$/, value: /./ },
];

/** Whether a platform has set this variable, to tell where a service is. */
export function isServiceLink(name: string, value: string): boolean {
  return linkNames.some((link) => link.name.test(name) && link.value.test(value));
}

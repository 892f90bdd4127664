import { flagArgument, listArgument, partsArgument, textArgument, valueArgument, wholeNumberArgument } from "./arguments.ts";
import type { Command, Expected, Value } from "./messages.ts";

/** Commands as programs hand them over, read once and checked. All of these throw TypeError with the name of the argument. */

export function commandsArgument(given: unknown): Command[] {
  return listArgument("commands", given).map((command, place) => commandArgument(`commands[${place}]`, command));
}

function commandArgument(name: string, given: unknown): Command {
  const { type, key: anyKey, value, expected, newValue, attached } = partsArgument(name, given);
  const key = textArgument(`${name}.key`, anyKey);
  switch (type) {
    case "set":
      return { type, key, value: valueArgument(`${name}.value`, value), attached: attachedArgument(name, attached) };
    case "delete":
      return { type, key };
    case "compareAndSet": {
      const wanted = expectedArgument(`${name}.expected`, expected);
      const next = newValueArgument(`${name}.newValue`, newValue);
      return { type, key, expected: wanted, newValue: next, attached: attachedArgument(name, attached) };
    }
    default:
      throw new TypeError(`${name}.type must be "set", "delete" or "compareAndSet".`);
  }
}

/** What a compare-and-set wants to find: one of three things, and a part that is undefined is left out. */
export function expectedArgument(name: string, given: unknown): Expected {
  const { value, revision, absent } = partsArgument(name, given);
  if ([value, revision, absent].filter((part) => part !== undefined).length !== 1)
    throw new TypeError(`${name} must say one thing of the key: its value, its revision, or absent: true.`);
  if (value !== undefined) return { value: valueArgument(`${name}.value`, value) };
  if (revision !== undefined) return { revision: wholeNumberArgument(`${name}.revision`, revision, { min: 0 }) };
  if (absent !== true) throw new TypeError(`${name}.absent must be true, or left out.`);
  return { absent };
}

/** Null deletes the key; that it is left out is a mistake. */
export function newValueArgument(name: string, given: unknown): Value | null {
  return given === null ? null : valueArgument(name, given);
}

/** Of write options, whatever they are called. */
export function attachedArgument(name: string, attached: unknown): boolean {
  return flagArgument(`${name}.attached`, attached, false);
}

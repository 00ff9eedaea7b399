import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { EngineError } from "#engine/core/errors.ts";

export const TOKEN_HEADER = "x-walkforward-token";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses requests that name this server by a name it does not have. A page elsewhere can point its own domain
 * at 127.0.0.1 (DNS rebinding) and would then be same-origin with us; its Host header gives it away.
 */
export function allowedHosts(configured: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const host = hostHeader(c);
    if (!isNamed(host, LOOPBACK) && !isNamed(host, configured)) {
      throw denied(
        `The host "${host}" is not one of this server's names. Start it with --allow-host to add one.`,
      );
    }
    await next();
  };
}

/**
 * What every call to the API must show: the token that only the shell's page was given, and, where the browser
 * tells, that the call comes from a page of this very origin. The sandboxed frame has neither. Under a configured
 * name the page may also have come by https, since a proxy that ends TLS stands before this server then.
 */
export function apiAccess(token: string, configured: readonly string[]): MiddlewareHandler {
  const expected = digest(token);
  return async (c, next) => {
    const origin = c.req.header("origin");
    const isBehindProxy = origin === `https://${hostHeader(c)}` && isNamed(hostHeader(c), configured);
    if (origin !== undefined && origin !== originOf(c) && !isBehindProxy) {
      throw denied(`Pages of "${origin}" may not call this server.`);
    }
    const site = c.req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin" && site !== "none") {
      throw denied("Only this server's own page may call it.");
    }
    const given = c.req.header(TOKEN_HEADER);
    // Digests have one length, which the comparison in constant time needs.
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw denied(
        `The header ${TOKEN_HEADER} is missing or not this run's token. Reload the page to get it.`,
      );
    }
    await next();
  };
}

/** The origin under which this request reached us; the server itself speaks plain HTTP. */
export function originOf(c: Context): string {
  return `http://${hostHeader(c)}`;
}

function isNamed(host: string, names: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return names.some((known) => known.toLowerCase() === name);
}

function hostHeader(c: Context): string {
  return c.req.header("host") ?? new URL(c.req.url).host;
}

function denied(message: string): EngineError {
  return new EngineError("access.denied", message);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

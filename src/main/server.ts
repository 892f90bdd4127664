#!/usr/bin/env node
import { keepFilesPrivate } from "../server/node/privacy.ts";
import { serve } from "../server/start/serve.ts";

/** One node: `node dist/main/server.js --id 1 --peers 1=host1:7000,2=host2:7000,3=host3:7000`. */
keepFilesPrivate();
await serve(process.argv.slice(2));

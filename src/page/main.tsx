import { render } from "preact";
import { startTheme } from "./base/theme.ts";
import { App } from "./frame/app.tsx";
import { Model } from "./model/model.ts";
import { ModelContext } from "./parts/model-context.ts";
import { LiveSource, liveSourceDefaults } from "./source/live-source.ts";
import "./style/base.css";
import "./style/frame.css";
import "./style/picture.css";
import "./style/views.css";

// The token stands behind #, so that no server, log or referrer sees it.
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`;
const model = new Model(new LiveSource({ url, token, ...liveSourceDefaults }));

startTheme();
const place = document.getElementById("page");
if (place !== null) {
  render(
    <ModelContext.Provider value={model}>
      <App />
    </ModelContext.Provider>,
    place,
  );
}
model.start();

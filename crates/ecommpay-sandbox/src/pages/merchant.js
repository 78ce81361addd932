// The sandbox's own stand-in for the platform's browser library: opens Payment Page in a modal
// window, in a frame or as a page, and passes on what happens there. Written for the sandbox from
// the documented behaviour.
(() => {
  "use strict";

  const library = document.currentScript;
  const MODES = [
    "purchase",
    "payout",
    "card_tokenize",
    "card_verify",
    "money_transfer",
    "presentation",
  ];
  const MOBILE = /android|iphone|ipad|ipod|mobile/i;
  const REFUSED_SCHEMES = ["javascript:", "vbscript:", "data:"];
  const LOADING_SECONDS = 5;

  const isSet = (flag) => flag === true || String(flag) === "1";

  // Whether a browser may be sent there at the wish of a frame.
  function isWelcome(address) {
    try {
      return !REFUSED_SCHEMES.includes(new URL(address, location.href).protocol);
    } catch {
      return false;
    }
  }

  function baseOf(config) {
    const base = config.baseUrl ?? (library ? new URL(library.src).origin : location.origin);
    return String(base).replace(/\/+$/, "");
  }

  // `epframe.payment_success` is for the handler `onPaymentSuccess`.
  function handlerName(message) {
    const words = message.slice("epframe.".length).split("_");
    return `on${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
  }

  function notify(config, message, data) {
    const handler = config[handlerName(message)];
    if (typeof handler === "function") handler(data);
  }

  function fail(config, message) {
    console.error(`EPayWidget: ${message}`);
    notify(config, "epframe.fail_loading", { message });
  }

  // What is wrong with a configuration, or nothing.
  function fault(config) {
    if (config === null || typeof config !== "object") return "the configuration must be an object";
    if (config.mode !== undefined && !MODES.includes(config.mode)) {
      return `mode must be one of ${MODES.join(", ")}`;
    }
    const missing = ["payment_id", "payment_currency"].find((name) => !config[name]);
    if (config.mode === "purchase" && missing) return `${missing} is required in the mode purchase`;
    return null;
  }

  // The parameters to send: what the shop has signed, and what is never signed.
  function parameters(config, frameMode, byPost) {
    const list = [];
    for (const [name, value] of Object.entries(config)) {
      if (typeof value === "function" || value instanceof Node) continue;
      if (value === undefined || value === null) continue;
      if (typeof value !== "object") list.push([name, String(value)]);
      else if (!byPost) list.push([name, JSON.stringify(value)]);
    }
    list.push(["frame_mode", frameMode], ["_referrer", document.referrer]);
    if (!byPost) list.push(["_sw", String(screen.width)], ["_sh", String(screen.height)]);
    return list;
  }

  function send(config, frameMode, byPost, target) {
    const address = `${baseOf(config)}/payment`;
    const list = parameters(config, frameMode, byPost);
    if (byPost) {
      submit(address, "post", list, target?.name ?? "_self");
      return;
    }
    const query = list.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    if (target) target.src = `${address}?${query}`;
    else location.assign(`${address}?${query}`);
  }

  function submit(action, method, members, target) {
    const form = document.createElement("form");
    Object.assign(form, { action, method, target, hidden: true });
    for (const [name, value] of members) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
    document.body.append(form);
    // A parameter may be called "submit".
    HTMLFormElement.prototype.submit.call(form);
    form.remove();
  }

  // Follows a redirect that the frame asks for.
  function redirect(config, { url, method, body }) {
    if (typeof url !== "string" || !isWelcome(url)) {
      console.error("EPayWidget: a redirect to an address of this scheme is refused");
      return;
    }
    if (String(method).toUpperCase() === "POST") {
      submit(url, "post", Object.entries(body ?? {}), "_self");
    } else {
      location.assign(url);
    }
  }

  function newFrame() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const guid = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const frame = document.createElement("iframe");
    frame.className = "ep-frame";
    frame.title = "Payment";
    frame.allow = "payment";
    // By this name the page in the frame knows whom it may tell something.
    frame.name = `epframe:${guid}:${location.origin}`;
    return { frame, guid };
  }

  // Listens to one frame. `close` is called when the customer leaves by a control in the frame.
  function listen(config, { frame, guid }, close) {
    const origin = new URL(baseOf(config), location.href).origin;
    const state = { loaded: false, finished: false };
    const hear = (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      let told;
      try {
        told = JSON.parse(event.data);
      } catch {
        return;
      }
      if (told?.guid !== guid || !String(told.message).startsWith("epframe.")) return;
      const data = told.data ?? {};
      switch (told.message) {
        case "epframe.loaded":
          if (state.loaded) return;
          state.loaded = true;
          frame.classList.add("ep-loaded");
          break;
        case "epframe.resize":
          if (Number(data.height) > 0) frame.style.height = `${Number(data.height)}px`;
          break;
        case "epframe.payment_success":
        case "epframe.payment_fail":
          state.finished = true;
          break;
        case "epframe.redirect":
          redirect(config, data);
          return;
        case "epframe.escape":
          close?.();
          return;
        case "epframe.exit":
        case "epframe.destroy":
          if (close) {
            close();
            return;
          }
          break;
      }
      notify(config, told.message, data);
    };
    addEventListener("message", hear);
    frame.addEventListener("load", () => {
      setTimeout(() => {
        if (!state.loaded && frame.isConnected) {
          state.loaded = true;
          frame.classList.add("ep-loaded");
          fail(config, "Network problem");
        }
      }, LOADING_SECONDS * 1000);
    }, { once: true });
    state.stop = () => removeEventListener("message", hear);
    return state;
  }

  function openInElement(config, byPost) {
    const element =
      config.target_element instanceof Node
        ? config.target_element
        : document.getElementById(String(config.target_element));
    if (!element) {
      fail(config, "target_element names no element of this page");
      return;
    }
    const opened = newFrame();
    opened.frame.classList.add("ep-inline");
    element.replaceChildren(opened.frame);
    listen(config, opened);
    send(config, "iframe", byPost, opened.frame);
  }

  function openModal(config, byPost) {
    const opened = newFrame();
    const before = document.activeElement;
    const part = (id, tag = "div") => Object.assign(document.createElement(tag), { id });
    const container = part("ep-modal-container");
    const wrap = part("ep-modal-wrap");
    const inside = part("ep-modal-body");
    const button = part("ep-modal-close", "button");
    const edges = [0, 1].map(() => Object.assign(document.createElement("div"), { tabIndex: 0 }));
    if (config.css_modal_wrap) container.classList.add(...config.css_modal_wrap.trim().split(/\s+/));
    wrap.setAttribute("role", "dialog");
    wrap.setAttribute("aria-modal", "true");
    wrap.setAttribute("aria-label", "Payment");
    Object.assign(button, { type: "button", textContent: "×" });
    button.setAttribute("aria-label", "Close");
    inside.append(opened.frame);
    wrap.append(edges[0], button, inside, edges[1]);
    container.append(wrap);

    // What lies behind cannot be reached as long as the window is open.
    const behind = [...document.body.children].filter((element) => !element.inert);
    const close = () => {
      if (!container.isConnected) return;
      state.stop();
      removeEventListener("keydown", press);
      behind.forEach((element) => (element.inert = false));
      document.documentElement.classList.remove("ep-modal-open");
      container.remove();
      before?.focus?.();
      notify(config, state.finished ? "epframe.exit" : "epframe.destroy", {});
    };
    const press = (event) => {
      if (event.key === "Escape") close();
    };
    const state = listen(config, opened, close);
    button.addEventListener("click", close);
    addEventListener("keydown", press);
    // Tab goes round inside the window.
    edges[0].addEventListener("focus", () => opened.frame.focus());
    edges[1].addEventListener("focus", () => button.focus());
    if (isSet(config.close_on_missclick)) {
      container.addEventListener("mousedown", (event) => {
        if (event.target === container) close();
      });
    }
    behind.forEach((element) => (element.inert = true));
    document.documentElement.classList.add("ep-modal-open");
    document.body.append(container);
    send(config, "popup", byPost, opened.frame);
    button.focus();
  }

  function run(config, method) {
    const problem = fault(config);
    if (problem) {
      fail(config ?? {}, problem);
      return;
    }
    const byPost = String(method ?? "GET").toUpperCase() === "POST";
    const mobile = isSet(config.redirect_on_mobile) && MOBILE.test(navigator.userAgent);
    if (isSet(config.redirect) || mobile) send(config, "tab", byPost, null);
    else if (config.frame_mode === "embedded") runEmbedded(config);
    else if (config.target_element) openInElement(config, byPost);
    else openModal(config, byPost);
  }

  function bind(buttonId, config, method) {
    const button = buttonId instanceof Node ? buttonId : document.getElementById(buttonId);
    if (!button) {
      fail(config ?? {}, `there is no element with the id ${buttonId}`);
      return;
    }
    button.addEventListener("click", (event) => {
      event.preventDefault();
      run(config, method);
    });
  }

  function runEmbedded(config) {
    fail(config ?? {}, "the sandbox has no embedded card form");
  }

  window.EPayWidget = { run, bind, runEmbedded };
})();

// The demonstration page: binds the button to the widget and lists the events.
(() => {
  "use strict";

  const NAMES = [
    "onLoaded",
    "onFailLoading",
    "onResize",
    "onPaymentMethodSelect",
    "onPaymentSent",
    "onPaymentSubmitResult",
    "onShowClarificationPage",
    "onSubmitClarificationForm",
    "onRedirectIframe",
    "onRedirectIframeComplete",
    "onPaymentSuccess",
    "onPaymentFail",
    "onDestroy",
    "onExit",
  ];

  const button = document.getElementById("pay");
  const list = document.getElementById("events");

  function show(name, data) {
    const newest = list.lastElementChild;
    const entry = document.createElement("li");
    const details = JSON.stringify(data ?? {});
    entry.textContent = details === "{}" ? name : `${name} ${details}`;
    entry.dataset.name = name;
    // A page that grows reports every step; the newest is enough.
    if (name === "onResize" && newest?.dataset.name === name) newest.replaceWith(entry);
    else list.append(entry);
  }

  const config = JSON.parse(button.dataset.config);
  for (const name of NAMES) config[name] = (data) => show(name, data);
  EPayWidget.bind("pay", config, button.dataset.by);
})();

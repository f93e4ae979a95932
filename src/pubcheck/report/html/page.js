
"use strict";
{
  const nav = document.querySelector("nav");
  if (nav) {
    const search = nav.querySelector("input[type=search]");
    const severities = [...nav.querySelectorAll("[name=severity]")];
    const selects = [...nav.querySelectorAll("select")];
    const count = nav.querySelector(".count");
    const findings = [...document.querySelectorAll("article")].map((element) => ({
      element,
      text: element.textContent.toLowerCase(),
    }));
    const groups = [...document.querySelectorAll("section.rule, section.package")];

    const apply = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = new Set(severities.filter((box) => box.checked).map((box) => box.value));
      let shown = 0;
      for (const { element, text } of findings) {
        const fits =
          wanted.has(element.dataset.severity) &&
          selects.every((select) => !select.value || element.dataset[select.name] === select.value) &&
          words.every((word) => text.includes(word));
        element.hidden = !fits;
        shown += fits;
      }
      for (const group of groups) group.hidden = !group.querySelector("article:not([hidden])");
      count.textContent = `${shown.toLocaleString("en")} of ${findings.length.toLocaleString("en")} shown`;
    };

    // The filter is kept in the address, as #?text=...&rule=..., so that what is shown can be sent to somebody.
    const remember = () => {
      const state = new URLSearchParams();
      if (search.value) state.set("text", search.value);
      for (const select of selects) if (select.value) state.set(select.name, select.value);
      const off = severities.filter((box) => !box.checked).map((box) => box.value);
      if (off.length) state.set("without", off.join(" "));
      const text = state.toString();
      try {
        history.replaceState(null, "", text ? `#?${text}` : "#");
      } catch {
        // Some browsers don't let a page from the disk change its address.
      }
    };
    const recall = () => {
      if (location.hash.startsWith("#?")) {
        const state = new URLSearchParams(location.hash.slice(2));
        const off = (state.get("without") ?? "").split(" ");
        search.value = state.get("text") ?? "";
        for (const select of selects) select.value = state.get(select.name) ?? "";
        for (const box of severities) box.checked = !off.includes(box.value);
      }
      const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
      if (target instanceof HTMLDetailsElement) target.open = true;
      apply();
    };

    nav.addEventListener("input", () => {
      apply();
      remember();
    });
    addEventListener("hashchange", recall);
    addEventListener("keydown", (event) => {
      if (event.key === "/" && !(event.target instanceof HTMLInputElement)) {
        event.preventDefault();
        search.focus();
      }
    });
    nav.hidden = false;
    recall();
  }
}

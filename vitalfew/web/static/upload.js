/* Hands files over by drag and drop, one after the other, each with its progress. Without it the form works as a form. */
(() => {
  "use strict";
  const form = document.querySelector("[data-upload]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById(form.dataset.upload);
  const cards = document.getElementById("arrivals");
  const words = form.dataset;
  let running = Promise.resolve();
  let depth = 0;

  form.classList.add("with-script");
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    take(input.files);
  });
  form.addEventListener("dragenter", (event) => over(event, 1));
  form.addEventListener("dragover", (event) => over(event, 0));
  form.addEventListener("dragleave", (event) => over(event, -1));
  form.addEventListener("drop", (event) => {
    over(event, -depth);
    take(event.dataTransfer.files);
  });
  // A file dropped beside the zone would otherwise replace the page and lose what is on it.
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => holdsFiles(event) && event.preventDefault());

  function holdsFiles(event) {
    return event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  }

  function over(event, step) {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = Math.max(0, depth + step);
    form.classList.toggle("is-over", depth > 0);
  }

  function take(files) {
    for (const file of files) {
      const row = rowFor(file);
      running = running.then(() => send(file, row));
    }
  }

  function rowFor(file) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const word = document.createElement("span");
    const bar = document.createElement("progress");
    name.className = "upload-name";
    name.textContent = file.name;
    word.className = "upload-word";
    word.textContent = words.waits;
    bar.className = "progress progress-sm";
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(name, word, bar);
    list.append(row);
    return { row, word, bar };
  }

  function send(file, { row, word, bar }) {
    return new Promise((done) => {
      const data = new FormData();
      const request = new XMLHttpRequest();
      data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      data.append("files", file);
      request.open("POST", form.action);
      request.setRequestHeader("HX-Request", "true");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        bar.value = event.loaded / event.total;
        word.textContent = `${Math.floor((100 * event.loaded) / event.total)} %`;
      });
      request.upload.addEventListener("load", () => {
        word.textContent = words.keeps;
        bar.removeAttribute("value");
      });
      request.addEventListener("load", () => {
        const elsewhere = request.getResponseHeader("HX-Redirect"); // the session ended: sign in first
        if (elsewhere) window.location.assign(elsewhere);
        else if (request.status === 200) arrived(request.responseText, row);
        else failed(row, word, bar, said(request) || words.fails);
        done();
      });
      for (const kind of ["error", "abort", "timeout"]) {
        request.addEventListener(kind, () => {
          failed(row, word, bar, words.fails);
          done();
        });
      }
      request.send(data);
    });
  }

  function said(request) {
    const told = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[role=alert], main p");
    return told ? told.textContent.trim() : "";
  }

  function arrived(html, row) {
    row.remove();
    const holder = document.createElement("template");
    holder.innerHTML = html;
    for (const card of [...holder.content.children].reverse()) {
      cards.prepend(card);
      if (window.htmx) window.htmx.process(card);
    }
  }

  function failed(row, word, bar, sentence) {
    row.classList.add("is-failed");
    word.textContent = sentence;
    bar.remove();
  }
})();

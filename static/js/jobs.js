// A job that is watched says in the window's title when it is done.
// Fragments carry data-job-title ("412 of 2,000") and, at the end, data-job-done.
(() => {
  const first = document.title;
  function look() {
    const job = document.querySelector("[data-job-title], [data-job-done]");
    if (!job) return;
    const said = job.dataset.jobDone || job.dataset.jobTitle;
    const mark = job.dataset.jobDone && document.hidden ? "● " : "";
    document.title = `${mark}${said} · ${first}`;
  }
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("visibilitychange", look);
})();

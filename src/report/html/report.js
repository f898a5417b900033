'use strict';
// Filters findings by severity, host, rule and words. Without it, all of them are there.
(() => {
  const form = document.getElementById('tools');
  if (!form) return;
  const told = document.getElementById('told');
  const findings = [...document.querySelectorAll('.finding')].map((part) => ({
    part,
    hosts: part.dataset.hosts.split(' '),
    text: `${part.textContent} ${part.dataset.rule}`.toLowerCase(),
  }));
  const rules = [...document.querySelectorAll('.rule')];
  const filter = () => {
    const severities = new Set([...form.querySelectorAll('[name=severity]:checked')].map((box) => box.value));
    const host = form.elements.host.value;
    const rule = form.elements.rule.value;
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { part, hosts, text } of findings) {
      const fits = severities.has(part.dataset.severity) && (!host || hosts.includes(host))
        && (!rule || part.dataset.rule === rule) && words.every((word) => text.includes(word));
      part.hidden = !fits;
      shown += fits;
    }
    for (const section of rules) section.hidden = !section.querySelector('.finding:not([hidden])');
    told.textContent = `${shown} of ${findings.length} shown`;
  };
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(filter));
  // A box of the picture may lead to what is filtered out.
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.hidden) return;
    form.reset();
    setTimeout(() => target.scrollIntoView());
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(input|select|textarea)$/i.test(document.activeElement.tagName)) return;
    event.preventDefault();
    form.elements.text.focus();
  });
  filter();
})();

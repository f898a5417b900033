'use strict';
// Searches the list, and dims in the picture what is not found.
(() => {
  const tools = document.getElementById('tools');
  const field = document.getElementById('search');
  const told = document.getElementById('told');
  const rows = [...document.querySelectorAll('[data-unit]')];
  const texts = rows.map((row) => {
    const hosts = row.closest('section').querySelector('.hosts');
    return `${row.textContent} ${hosts ? hosts.textContent : ''}`.toLowerCase();
  });
  const search = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach((row, at) => {
      const fits = words.every((word) => texts[at].includes(word));
      found += fits;
      row.hidden = !fits;
      const node = document.querySelector(`svg.fleet [data-node="${row.dataset.unit}"]`);
      if (node) node.classList.toggle('dim', !fits);
    });
    document.querySelectorAll('main section.group').forEach((section) => {
      section.hidden = ![...section.querySelectorAll('[data-unit]')].some((row) => !row.hidden);
    });
    document.querySelectorAll('svg.fleet .edge').forEach((edge) => edge.classList.toggle('dim', words.length > 0));
    told.textContent = words.length ? `${found} of ${rows.length} found` : `${rows.length} box${rows.length === 1 ? "" : "es"}`;
  };
  tools.hidden = false;
  field.addEventListener('input', search);
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.hidden) {
      field.value = '';
      search();
      target.scrollIntoView();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== field) {
      event.preventDefault();
      field.focus();
    }
  });
  search();
})();

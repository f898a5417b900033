'use strict';
// Points at a box: it and whatever it is joined to stand out.
document.querySelectorAll('svg.fleet').forEach((svg) => {
  const nodes = new Map([...svg.querySelectorAll('[data-node]')].map((node) => [node.dataset.node, node]));
  const edges = [...svg.querySelectorAll('.edge')];
  const clear = () => {
    svg.classList.remove('lit');
    svg.querySelectorAll('.on').forEach((part) => part.classList.remove('on'));
  };
  const light = (event) => {
    const node = event.target.closest && (event.target.closest('[data-node]') || event.target.querySelector('[data-node]'));
    clear();
    if (!node || !svg.contains(node) || node.closest('.dim')) return;
    svg.classList.add('lit');
    node.classList.add('on');
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      if (from !== node.dataset.node && to !== node.dataset.node) continue;
      edge.classList.add('on');
      [from, to].forEach((end) => nodes.get(end).classList.add('on'));
    }
  };
  svg.addEventListener('pointerover', (event) => (event.target.closest('[data-node]') ? light(event) : clear()));
  svg.addEventListener('pointerleave', clear);
  svg.addEventListener('focusin', light);
  svg.addEventListener('focusout', clear);
});

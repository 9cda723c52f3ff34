// Draws CHARTS, one per section. Colors: Okabe and Ito's palette, which color-blind people can tell apart; lines also differ in
// symbol, areas in pattern. Heat maps use Viridis, whose lightness rises all the way.
(function () {
  'use strict';
  const PALETTE = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c8c8c', '#b8a800', '#5d3a9b', '#994f00'];
  const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow', 'emptyCircle', 'emptyRect'];
  const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
  const drawn = [];

  function number(v) {
    if (v === null || v === undefined) {
      return '';
    }
    return Math.abs(v) >= 1000 || Number.isInteger(v) ? Math.round(v).toLocaleString('en-US') : String(Number(v.toPrecision(4)));
  }

  function base(chart, dark) {
    return {
      animation: false,
      backgroundColor: 'transparent',
      color: PALETTE,
      aria: { enabled: true, decal: { show: chart.kind === 'bar' || chart.kind === 'stack' } },
      textStyle: { fontFamily: 'system-ui, sans-serif', color: dark ? '#e6e6e6' : '#1b1b1b' },
      grid: { left: 16, right: 24, top: 56, bottom: 40, containLabel: true },
      xAxis: { type: 'category', data: chart.x, name: chart.xAxis.name, nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: chart.yAxis.log ? 'log' : 'value', name: chart.yAxis.name, nameTextStyle: { align: 'left' }, axisLabel: { formatter: number } },
      tooltip: { trigger: 'axis', valueFormatter: number, confine: true },
      legend: { type: 'scroll', top: 0 },
    };
  }

  function plain(chart, dark) {
    const option = base(chart, dark);
    option.series = chart.series.map((s, i) => ({
      name: s.name,
      type: chart.kind === 'line' ? 'line' : 'bar',
      stack: chart.kind === 'stack' ? 'all' : undefined,
      symbol: SYMBOLS[i % SYMBOLS.length],
      symbolSize: 8,
      data: s.data,
    }));
    return option;
  }

  function heat(chart, dark) {
    const cells = chart.series[0].data;
    const most = cells.reduce((m, c) => Math.max(m, c[2]), 1);
    const option = base(chart, dark);
    option.yAxis = { type: 'category', data: chart.y, name: chart.yAxis.name };
    option.legend = undefined;
    option.tooltip = {
      confine: true,
      formatter: (p) => 'from ' + chart.x[p.value[0]] + ' ' + chart.xAxis.name + '<br>' + chart.y[p.value[1]] + '<br>'
        + number(p.value[3]) + ' accesses',
    };
    option.visualMap = {
      min: 0, max: Math.max(1, Math.log10(most)), dimension: 2, calculable: true, orient: 'horizontal', left: 'center', top: 0,
      inRange: { color: VIRIDIS }, text: [number(most) + ' accesses', '1'], textStyle: option.textStyle,
      formatter: (v) => number(Math.pow(10, v)),
    };
    option.series = [{
      type: 'heatmap', progressive: 0, encode: { x: 0, y: 1, value: 2 },
      data: cells.map((c) => [c[0], c[1], Math.log10(c[2]), c[2]]),
    }];
    return option;
  }

  function draw() {
    const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
    drawn.splice(0).forEach((c) => c.dispose());
    document.querySelectorAll('.chart').forEach((place) => {
      const chart = CHARTS[Number(place.dataset.section)];
      const drawing = echarts.init(place, dark ? 'dark' : null, { renderer: 'svg' });
      drawing.setOption(chart.kind === 'heat' ? heat(chart, dark) : plain(chart, dark));
      drawn.push(drawing);
    });
    document.documentElement.dataset.drawn = String(drawn.length);
  }

  draw();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  window.addEventListener('resize', () => drawn.forEach((c) => c.resize()));
  window.addEventListener('beforeprint', () => drawn.forEach((c) => c.resize()));
}());

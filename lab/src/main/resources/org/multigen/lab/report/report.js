// Draws CHARTS. Colors are Okabe and Ito's hues, darker on light paper and lighter on dark so that each is told from the ground by at
// least 3:1, and from its neighbors by people who lack one of the three cones (PaletteTest). Lines also differ in symbol, bars in
// pattern, ages in lightness. Heat maps use Viridis, whose lightness rises all the way.
(function () {
  'use strict';
  const LIGHT = ['#0072b2', '#c46f00', '#00795a', '#a8487f', '#2f9bd8', '#8a2f00', '#6b6b6b', '#7d7400'];
  const DARK = ['#56b4e9', '#e69f00', '#23b58a', '#e08cbb', '#9fd3f3', '#e06a3a', '#b4b4b4', '#d9cf4a'];
  // From young to old; first anonymous, then file.
  const AGES = {
    light: [['#cfe4f5', '#8fbfe3', '#3f8fc8', '#0a4f86'], ['#fbe3bd', '#f0bd6a', '#d68a1c', '#8f5200']],
    dark: [['#d9edfb', '#8cc4ee', '#3f8dc6', '#1f5a8a'], ['#fce6c2', '#efb85c', '#c47f17', '#7d4d0a']],
  };
  // More lines than colors are switched off at first.
  const PALE = LIGHT.length;
  const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle', 'emptyDiamond'];
  const VIRIDIS = ['#440154', '#482878', '#3e4989', '#31688e', '#26828e', '#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'];
  // Marks of places: the older, the larger; a cross is not in memory.
  const CROSS = 'path://M0,1L1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5Z';
  const PLACES = {
    0: ['circle', 0.2], 1: ['circle', 0.36], 2: ['circle', 0.54], 3: ['rect', 0.66],
    a: ['circle', 0.24], i: ['rect', 0.6], '?': ['triangle', 0.4], '-': [CROSS, 0.46],
  };
  const DOTS = { symbol: 'circle', symbolSize: 0.5, dashArrayX: [[3, 5], [0, 4, 3, 1]], dashArrayY: [3, 3], color: 'rgba(0,0,0,0.28)' };
  const SLANTED = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4, color: 'rgba(255,255,255,0.5)' };
  const GROUND = { symbol: 'none', color: 'rgba(0,0,0,0)' };

  let dark = false;
  let printing = false;
  let drawn = [];

  function number(v) {
    if (v === null || v === undefined || v === '-') {
      return '-';
    }
    if (typeof v !== 'number') {
      return String(v);
    }
    return Math.abs(v) >= 1000 || Number.isInteger(v) ? Math.round(v).toLocaleString('en-US') : String(Number(v.toPrecision(4)));
  }

  function short(v) {
    const n = Math.abs(v);
    for (const [size, unit] of [[1e9, ' G'], [1e6, ' M'], [1e3, ' k']]) {
      if (n >= size) {
        return Number((v / size).toPrecision(3)) + unit;
      }
    }
    return number(v);
  }

  function text(s) {
    return String(s).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]));
  }

  function ink() {
    return dark ? '#e8eaed' : '#1b1d21';
  }

  function faint() {
    return dark ? '#a3a9b3' : '#5b6068';
  }

  function still() {
    return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  // Of 'color', 'color/shade' and a trailing '-' for dashes.
  function look(series, index) {
    const m = /^(\d+)(?:\/(\d+))?(-?)$/.exec(series.look) || [null, String(index), undefined, ''];
    const color = Number(m[1]);
    const palette = dark ? DARK : LIGHT;
    return {
      number: color,
      color: m[2] === undefined ? palette[color % palette.length] : AGES[dark ? 'dark' : 'light'][color % 2][Number(m[2]) % 4],
      shaded: m[2] !== undefined,
      dashed: m[3] === '-',
      symbol: SYMBOLS[color % SYMBOLS.length],
    };
  }

  function axisStyle() {
    return {
      nameTextStyle: { color: faint() },
      axisLabel: { color: faint(), hideOverlap: true },
      axisLine: { lineStyle: { color: faint() } },
      splitLine: { lineStyle: { color: dark ? '#2b3037' : '#e8eaee' } },
    };
  }

  function base(chart) {
    return {
      animation: false,
      backgroundColor: 'transparent',
      aria: { enabled: true, label: { enabled: true } },
      textStyle: { fontFamily: 'system-ui, sans-serif', color: ink() },
      grid: { left: 12, right: 22, top: 62, bottom: 34, containLabel: true },
      legend: { type: 'plain', top: 2, left: 0, right: 0, textStyle: { color: ink() } },
      tooltip: {
        trigger: 'axis', confine: true, valueFormatter: number, transitionDuration: still() ? 0 : 0.2,
        backgroundColor: dark ? '#24282f' : '#ffffff', borderColor: faint(), textStyle: { color: ink(), fontSize: 13 },
        axisPointer: { type: 'line', lineStyle: { color: faint() }, label: { show: false } },
      },
      xAxis: Object.assign(axisStyle(), { name: chart.xAxis.name, nameLocation: 'middle', nameGap: 26 }),
      yAxis: Object.assign(axisStyle(), { name: chart.yAxis.name, nameTextStyle: { align: 'left', color: faint() } }),
    };
  }

  // At most about 16 symbols on a line, at other places on each.
  function sparse(symbol, points, index) {
    const step = Math.max(1, Math.round(points / 16));
    return points <= 24 ? symbol : (value, params) => ((params.dataIndex + index * 3) % step === 0 ? symbol : 'none');
  }

  function marks(chart) {
    if (!chart.marks.length) {
      return undefined;
    }
    return {
      silent: true, symbol: 'none', lineStyle: { color: dark ? '#e8eaed' : '#1b1d21', type: 'dashed', width: 1.2 },
      data: chart.marks.map((m, i) => ({
        xAxis: m.at,
        label: { formatter: m.text, color: faint(), position: 'end', distance: 2 + 12 * (i % 2), fontSize: 11, show: i < 4 },
      })),
    };
  }

  function overNumbers(chart) {
    const option = base(chart);
    const lines = Math.min(2, chart.marks.length);
    option.yAxis.nameGap = 15 + 12 * lines; // above what the marks say
    option.grid.top += 6 * lines;
    Object.assign(option.xAxis, {
      type: chart.xAxis.log ? 'log' : 'value', min: chart.xAxis.log ? 'dataMin' : chart.xAxis.max ? 0 : undefined,
      max: chart.xAxis.max || (chart.xAxis.log ? 'dataMax' : undefined), splitLine: { show: false },
    });
    option.xAxis.axisLabel.formatter = number;
    yNumbers(option.yAxis, chart);
    const area = chart.kind === 'area';
    option.tooltip.formatter = (all) => {
      const unit = chart.xAxis.name.replace(/.*, /, '');
      const at = number(all[0].value[0]) + ' ' + unit;
      return text(at) + '<table style="border:0">' + (area ? all.slice().sort((a, b) => b.seriesIndex - a.seriesIndex) : all).map((p) => '<tr><td style="border:0;padding:0 10px 0 0">' + p.marker + text(p.seriesName)
        + '</td><td style="border:0;padding:0;text-align:right"><b>' + number(p.value[p.value.length - 1]) + '</b></td></tr>').join('') + '</table>';
    };
    const sums = new Map();
    option.series = chart.series.map((s, i) => {
      const l = look(s, i);
      return {
        name: s.name, type: 'line', color: l.color, z: area ? 3 - i / 100 : 2, // below the marks
        // An area reaches down to 0 and is covered by those below it.
        data: area ? s.data.map((d) => [d[0], (sums.set(d[0], (sums.get(d[0]) || 0) + d[1]), sums.get(d[0])), d[1]]) : s.data,
        itemStyle: { color: l.color, decal: area ? (l.shaded ? (l.number === 1 ? DOTS : GROUND) : (i % 2 ? SLANTED : GROUND)) : undefined },
        areaStyle: area ? { opacity: 1, color: l.color } : undefined,
        lineStyle: { width: area ? 0.6 : 2, color: area ? (dark ? '#111317' : '#ffffff') : l.color, type: l.dashed ? 'dashed' : 'solid' },
        symbol: area ? 'none' : sparse(l.symbol, s.data.length, i), symbolSize: 8, showAllSymbol: true,
        emphasis: { disabled: true },
        markLine: i === 0 ? marks(chart) : undefined,
      };
    });
    if (!area && chart.series.length > PALE) {
      option.legend.selected = Object.fromEntries(chart.series.slice(PALE).map((s) => [s.name, false]));
    }
    if (area) {
      option.legend.selectedMode = false;
      option.legend.data = chart.series.map((s) => ({ name: s.name, icon: 'roundRect' })).reverse();
    }
    return option;
  }

  function yNumbers(axis, chart) {
    axis.type = chart.yAxis.log ? 'log' : 'value';
    axis.axisLabel.formatter = short;
    if (chart.yAxis.max) {
      axis.interval = round(1.03 * chart.yAxis.max / 5);
      axis.max = Math.ceil(1.03 * chart.yAxis.max / axis.interval) * axis.interval;
    }
  }

  // The next of 1, 2, 2.5, 5 times a power of 10.
  function round(v) {
    const power = Math.pow(10, Math.floor(Math.log10(v)));
    return [1, 2, 2.5, 5, 10].find((n) => n * power >= v * 0.999999) * power;
  }

  function overWords(chart) {
    const option = base(chart);
    const lying = chart.kind === 'hbar' || chart.kind === 'hstack';
    const words = Object.assign(lying ? axisStyle() : option.xAxis, { type: 'category', data: chart.x, inverse: lying });
    words.axisLabel.interval = lying ? 0 : undefined;
    if (lying) {
      option.yAxis = words;
      words.axisLabel.width = narrow() ? 110 : 190;
      words.axisLabel.overflow = 'truncate';
      Object.assign(option.xAxis, { type: 'value' });
      option.xAxis.axisLabel.formatter = short;
      option.legend.show = chart.series.length > 1 || !chart.caption;
      option.grid.top = option.legend.show ? 36 : 10;
    } else {
      yNumbers(option.yAxis, chart);
      words.axisLabel.rotate = chart.x.join('').length > 70 || (narrow() && chart.x.join('').length > 30) ? 40 : 0;
      words.axisLabel.width = narrow() ? 90 : 170;
      words.axisLabel.overflow = 'truncate';
      words.nameGap = words.axisLabel.rotate ? 64 : 26;
      option.grid.bottom = words.axisLabel.rotate && chart.xAxis.name ? 44 : 30;
    }
    option.tooltip.axisPointer.type = chart.kind === 'line' ? 'line' : 'shadow';
    option.series = chart.series.map((s, i) => {
      const l = look(s, i);
      return {
        name: s.name, type: chart.kind === 'line' ? 'line' : 'bar', data: s.data, color: l.color, barMaxWidth: 46,
        stack: chart.kind === 'hstack' ? 'all' : undefined,
        itemStyle: { color: l.color, decal: chart.kind === 'line' ? undefined : [GROUND, SLANTED, DOTS][i % 3], borderRadius: 2 },
        lineStyle: { width: 2, type: l.dashed ? 'dashed' : 'solid', color: l.color },
        symbol: l.symbol, symbolSize: 8, emphasis: { disabled: true },
      };
    });
    return option;
  }

  // A median with its interval, and each value beside it.
  function points(chart) {
    const option = overWords(Object.assign({}, chart, { kind: 'line' }));
    const n = chart.series.length;
    const shift = (i) => (i - (n - 1) / 2) / (n + 1);
    option.xAxis = Object.assign(axisStyle(), {
      type: 'value', min: -0.5, max: chart.x.length - 0.5, interval: 1, show: false,
    });
    const second = Object.assign(axisStyle(), { type: 'category', data: chart.x, position: 'bottom', axisTick: { show: false } });
    second.axisLabel = Object.assign(second.axisLabel, { interval: 0, rotate: chart.x.join('').length > 60 || narrow() ? 35 : 0, hideOverlap: true });
    option.xAxis = [option.xAxis, second];
    option.yAxis.scale = true;
    option.yAxis.axisLine.onZero = false;
    option.grid.bottom = 16;
    option.legend.itemWidth = 10;
    option.tooltip.trigger = 'item';
    option.tooltip.formatter = (p) => text(p.seriesName) + ', ' + text(chart.x[p.data.at]) + '<br>median <b>' + number(p.data.of[0]) + '</b><br>interval '
      + number(p.data.of[1]) + ' to ' + number(p.data.of[2]) + '<br>' + (p.data.of.length - 3) + ' runs' + (p.data.single === undefined ? '' : ', this one ' + number(p.data.single));
    option.series = [];
    chart.series.forEach((s, i) => {
      const l = look(s, i);
      const rows = s.data.map((of, at) => ({ of, at })).filter((d) => d.of.length > 3);
      option.series.push({
        name: s.name, type: 'custom', color: l.color, itemStyle: { color: l.color }, encode: { x: 0, y: [1, 2] },
        data: rows.map((d) => ({ value: [d.at + shift(i), d.of[1], d.of[2]], of: d.of, at: d.at })),
        renderItem: (params, api) => {
          const low = api.coord([api.value(0), api.value(1)]);
          const high = api.coord([api.value(0), api.value(2)]);
          const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: l.color, lineWidth: 2.5 } });
          return { type: 'group', children: [
            line(low[0], low[1], high[0], high[1]), line(low[0] - 6, low[1], low[0] + 6, low[1]), line(high[0] - 6, high[1], high[0] + 6, high[1])] };
        },
      });
      option.series.push({
        name: s.name, type: 'scatter', symbol: l.symbol, symbolSize: 7, color: l.color,
        itemStyle: { color: 'transparent', borderColor: l.color, borderWidth: 1.2 },
        data: rows.flatMap((d) => d.of.slice(3).map((v, k, all) => ({
          value: [d.at + shift(i) + 0.035 + 0.05 * (all.length < 2 ? 0 : k / (all.length - 1)), v], of: d.of, at: d.at, single: v }))),
      });
      option.series.push({
        name: s.name, type: 'scatter', symbol: l.symbol, symbolSize: 11, color: l.color, z: 3,
        data: rows.map((d) => ({ value: [d.at + shift(i), d.of[0]], of: d.of, at: d.at })),
      });
      // The second axis needs data of its own to be drawn.
      option.series.push({ type: 'line', xAxisIndex: 1, data: [], silent: true });
    });
    option.legend.data = chart.series.map((s, i) => ({ name: s.name, icon: look(s, i).symbol }));
    return option;
  }

  function heat(chart, place) {
    const cells = chart.series[0].data;
    const counted = chart.series[0].name;
    const most = cells.reduce((m, c) => Math.max(m, c[2]), 1);
    const option = base(chart);
    const places = new Map();
    chart.series.slice(1).forEach((s) => s.data.forEach((c) => places.set(c[0] + ' ' + c[1], s.name)));
    const counts = new Map(cells.map((c) => [c[0] + ' ' + c[1], c[2]]));
    Object.assign(option.xAxis, { type: 'category', data: chart.x, splitArea: { show: false } });
    Object.assign(option.yAxis, { type: 'category', data: chart.y, nameTextStyle: { align: 'center', color: faint() } });
    option.yAxis.axisLabel.fontFamily = 'monospace';
    option.yAxis.axisLabel.fontSize = narrow() ? 9 : 11;
    option.grid.top = chart.series.length > 1 ? 76 : 62;
    option.grid.right = narrow() ? 8 : 22;
    option.tooltip.trigger = 'item';
    option.tooltip.formatter = (p) => {
      const key = p.value[0] + ' ' + p.value[1];
      return 'from ' + text(chart.x[p.value[0]]) + ' ' + text(chart.xAxis.name.replace(/.*, /, '')) + '<br>address ' + text(chart.y[p.value[1]]) + '<br><b>'
        + number(counts.get(key) || 0) + '</b> ' + text(counted) + (places.has(key) ? '<br>then: <b>' + text(places.get(key)) + '</b>' : '');
    };
    option.visualMap = {
      min: 0, max: Math.max(1, Math.log10(most)), dimension: 2, seriesIndex: 0, orient: 'horizontal',
      left: 'center', top: chart.series.length > 1 ? 28 : 4, itemHeight: narrow() ? 90 : 160, itemWidth: 12,
      inRange: { color: VIRIDIS }, text: [short(most) + ' ' + counted, '1'], textStyle: { color: ink() },
      formatter: (v) => number(Math.round(Math.pow(10, v))),
    };
    const cell = Math.min((place.clientWidth - 150) / chart.x.length, (place.clientHeight - 130) / chart.y.length);
    option.legend.data = chart.series.slice(1).map((s) => ({ name: s.name, icon: (PLACES[s.look] || ['circle'])[0] }));
    option.legend.itemWidth = 10;
    option.legend.itemHeight = 10;
    option.series = [{
      name: counted, type: 'heatmap', progressive: 0, encode: { x: 0, y: 1, value: 2 },
      data: cells.map((c) => [c[0], c[1], Math.log10(c[2]), c[2]]), emphasis: { disabled: true },
    }].concat(chart.series.slice(1).map((s) => {
      const [symbol, share] = PLACES[s.look] || ['circle', 0.3];
      return {
        name: s.name, type: 'scatter', symbol, symbolSize: Math.max(2, share * Math.min(cell, 16)), data: s.data, large: false, z: 3,
        color: '#ffffff', itemStyle: { color: '#ffffff', borderColor: '#1b1d21', borderWidth: s.look === '-' ? 0.5 : 0.8 },
        emphasis: { disabled: true },
      };
    }));
    return option;
  }

  function narrow() {
    return window.innerWidth < 640;
  }

  // Into how many lines the legend breaks.
  function legendRows(chart, width) {
    let rows = 1;
    let x = 0;
    (chart.kind === 'heat' ? chart.series.slice(1) : chart.series).forEach((s) => {
      const item = 48 + 6.6 * s.name.length;
      if (x > 0 && x + item > width) {
        rows++;
        x = 0;
      }
      x += item;
    });
    return rows;
  }

  // The drawing becomes as wide as the paper, whatever that is.
  function scale(place) {
    const root = place.firstElementChild;
    root.style.width = '100%';
    root.style.height = 'auto';
    const drawing = root.firstElementChild;
    if (drawing.tagName === 'svg') {
      drawing.setAttribute('viewBox', '0 0 ' + drawing.getAttribute('width') + ' ' + drawing.getAttribute('height'));
    }
    Object.assign(drawing.style, { position: 'static', width: '100%', height: 'auto' });
    place.style.height = 'auto';
  }

  function options(chart, place) {
    switch (chart.kind) {
      case 'heat': return heat(chart, place);
      case 'points': return points(chart);
      case 'bar': case 'hbar': case 'hstack': return overWords(chart);
      default: return chart.x.length ? overWords(chart) : overNumbers(chart);
    }
  }

  function draw() {
    dark = !printing && window.matchMedia('(prefers-color-scheme: dark)').matches;
    drawn.forEach((c) => c.dispose());
    drawn = [];
    document.querySelectorAll('.chart').forEach((place) => {
      if (place.clientWidth === 0) { // in details that are closed
        return;
      }
      const chart = CHARTS[Number(place.dataset.chart)];
      const more = 22 * (legendRows(chart, place.clientWidth) - 1);
      place.style.height = '';
      const bars = { hbar: Math.min(4, chart.series.length), hstack: 1 }[chart.kind];
      const height = bars ? (chart.series.length > 1 || !chart.caption ? 84 : 58) + chart.x.length * (8 + 14 * bars) : place.clientHeight;
      place.style.height = height + more + 'px';
      // A heat map has thousands of cells, too many for elements of their own; twice the pixels keep it sharp on paper.
      const drawing = echarts.init(place, null, chart.kind === 'heat'
        ? { renderer: 'canvas', devicePixelRatio: Math.max(2, window.devicePixelRatio) } : { renderer: 'svg' });
      const option = options(chart, place);
      option.grid.top += more;
      if (option.visualMap) {
        option.visualMap.top += more;
      }
      drawing.setOption(option);
      if (printing) {
        scale(place);
      }
      if (/^(virtual|wall-clock) time/.test(chart.xAxis.name) && chart.kind !== 'heat') {
        drawing.group = 'time';
      }
      drawn.push(drawing);
    });
    echarts.connect('time');
    document.documentElement.dataset.drawn = String(drawn.length);
  }

  // On paper nothing can be hovered over or opened: short tables are opened, charts become light. They are drawn before the browser says
  // how wide the paper is, hence for a usual one, and scale.
  const opened = [];
  function beforePrint() {
    if (printing) {
      return;
    }
    printing = true;
    document.documentElement.classList.add('paper');
    document.querySelectorAll('details:not([open]):not(.more)').forEach((d) => {
      if (d.querySelectorAll('tr').length <= 40) {
        d.open = true;
        opened.push(d);
      }
    });
    draw();
  }
  function afterPrint() {
    printing = false;
    document.documentElement.classList.remove('paper');
    opened.splice(0).forEach((d) => { d.open = false; });
    draw();
  }

  draw();
  let width = window.innerWidth;
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  window.addEventListener('resize', () => {
    if (width !== window.innerWidth && !printing) {
      width = window.innerWidth;
      draw();
    }
  });
  document.querySelectorAll('details.more').forEach((d) => d.addEventListener('toggle', draw));
  window.addEventListener('beforeprint', beforePrint);
  window.addEventListener('afterprint', afterPrint);
}());

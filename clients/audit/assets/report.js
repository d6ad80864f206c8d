// Draws the charts of a delivery report from the page's own data, and folds tables away on the
// screen. Without it every table stands open.
(function () {
  'use strict';

  const INK = '#14181c';
  const QUIET = '#49525a';
  const LINE = '#b9c3cc';
  const MAIN = '#2a5d94';
  const PALE = '#a9c4df';
  const MARKED = '#c8791b';
  const FONT = getComputedStyle(document.body).fontFamily;
  const PRINT_WIDTH = 680;  // CSS pixels between the margins of A4
  const NARROW = 560;

  const charts = JSON.parse(document.getElementById('report-data').textContent).charts;
  const text = (size, colour) => ({fontFamily: FONT, fontSize: size, color: colour || INK});

  // What all charts have in common: patterns where colours mean something, and a description for
  // those who hear the page.
  function base(chart, option) {
    return Object.assign({
      animation: false,
      textStyle: text(14),
      aria: {enabled: true, label: {description: chart.finding}, decal: {show: true}},
    }, option);
  }

  // A bar stands out by its pattern, for eyes and printers that see no colour.
  const fill = (marked) => ({
    color: marked ? MARKED : PALE,
    borderColor: INK,
    borderWidth: 1,
    decal: {color: marked ? INK : 'transparent', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4},
  });

  const percentAxis = (chart) => ({
    type: 'value',
    min: chart.floor || 0,
    max: 100,
    axisLabel: Object.assign(text(13, QUIET), {formatter: '{value}%'}),
    splitLine: {lineStyle: {color: LINE}},
  });

  const categories = (labels, extra) => Object.assign({
    type: 'category',
    data: labels,
    axisTick: {show: false},
    axisLine: {lineStyle: {color: QUIET}},
  }, extra);

  const extreme = (values, better) => values.reduce(
      (best, value, i) => value !== null && (best < 0 || better(value, values[best])) ? i : best, -1);

  // Of many points the axis names the first, and of the others each month's first.
  function months(chart) {
    if (chart.labels.length <= 45) return {alignMinLabel: 'left', alignMaxLabel: 'right'};
    const begins = (label) => parseInt(label, 10) <= chart.days;
    return {
      alignMinLabel: 'left',
      showMinLabel: true,
      interval: (i, label) => i === 0 || begins(label),
      formatter: (label, i) => {
        const words = label.split(' ');
        return i === 0 || words[1] === 'Jan' ? words[1] + ' ' + words[2] : words[1];
      },
    };
  }

  // The lowest and the newest point are named; they tell the story.
  function line(chart, width) {
    const lowest = extreme(chart.values, (a, b) => a < b);
    const newest = extreme(chart.values, () => true);
    const many = chart.values.length > 80;
    const point = (value, i) => ({
      value: value,
      symbolSize: i === lowest || i === newest ? 9 : many ? 3 : 6,
      label: {
        show: i === lowest || i === newest,
        position: i === lowest ? 'bottom' : 'top',
        align: i > chart.values.length * 0.85 ? 'right' : i < chart.values.length * 0.15 ? 'left' : 'center',
      },
    });
    return base(chart, {
      grid: {left: 4, right: 16, top: 28, bottom: 4, containLabel: true},
      tooltip: {
        trigger: 'axis',
        renderMode: 'richText',
        confine: true,
        formatter: (points) => chart.labels[points[0].dataIndex] + ': ' +
            (chart.values[points[0].dataIndex] === null ? 'not shown' : chart.texts[points[0].dataIndex]),
      },
      xAxis: categories(chart.labels, {
        boundaryGap: chart.values.length < 3,
        axisLabel: Object.assign(text(13, QUIET), {hideOverlap: true}, months(chart)),
      }),
      yAxis: percentAxis(chart),
      series: [{
        type: 'line',
        data: chart.values.map(point),
        showAllSymbol: true,
        symbol: 'circle',
        itemStyle: {color: MAIN},
        lineStyle: {width: many ? 1.5 : 2.5, color: MAIN},
        label: Object.assign(text(14), {
          fontWeight: 600,
          textBorderColor: '#fff',
          textBorderWidth: 3,
          formatter: (p) => chart.texts[p.dataIndex] + (p.dataIndex === lowest && width > NARROW ? ', ' + chart.labels[p.dataIndex] : ''),
        }),
      }],
    });
  }

  // Where the columns are too narrow for their numbers, these stand upright; where they are too
  // narrow even for that, the table has them.
  function bars(chart, width) {
    const crowded = width / chart.values.length < 14;
    const upright = !crowded && width / chart.values.length < 52;
    const lowest = extreme(chart.values, (a, b) => a < b);
    const differ = new Set(chart.values.filter((value) => value !== null)).size > 1;
    return base(chart, {
      grid: {left: 4, right: 4, top: upright ? 52 : 28, bottom: 4, containLabel: true},
      xAxis: categories(chart.labels, {axisLabel: Object.assign(text(width < NARROW ? 11 : 13, QUIET), {hideOverlap: true})}),
      yAxis: percentAxis(chart),
      series: [{
        type: 'bar',
        data: chart.values.map((value, i) => ({value: value, itemStyle: fill(differ && i === lowest)})),
        barCategoryGap: '30%',
        label: Object.assign(text(width < NARROW ? 11 : 13), {
          show: !crowded,
          position: 'top',
          rotate: upright ? 90 : 0,
          align: upright ? 'left' : 'center',
          verticalAlign: upright ? 'middle' : 'bottom',
          formatter: (p) => chart.texts[p.dataIndex],
        }),
      }],
    });
  }

  const LINE_HEIGHT = 18;
  // The words of a row of `ranks`, and how many lines they may take.
  const rankText = (chart, width, i) => chart.labels[i] + (width < NARROW ? '\n' : ': ') + chart.texts[i];
  function rankLines(chart, width) {
    if (width >= NARROW) return 1;
    return 1 + Math.ceil(Math.max.apply(null, chart.labels.map((label) => label.length)) * 8 / width);
  }

  // Rows from the top; the words of a row stand above its bar, so that long ones fit any width.
  function ranks(chart, width) {
    const lines = rankLines(chart, width);
    const most = chart.unit === 'percent' ? 100 : largest(chart.values);
    return base(chart, {
      grid: {left: 1, right: 1, top: lines * LINE_HEIGHT / 2, bottom: 0},
      xAxis: {type: 'value', min: 0, max: most, show: false},
      yAxis: categories(chart.labels, {inverse: true, axisLabel: {show: false}, axisLine: {show: false}}),
      series: [{
        type: 'bar',
        data: chart.values.map((value) => value ? {value: value, itemStyle: fill(false)} : {value: 0, itemStyle: {borderWidth: 0}}),
        barWidth: 12,
        showBackground: true,
        backgroundStyle: {color: '#fff', borderColor: LINE, borderWidth: 1},
        label: Object.assign(text(14), {
          show: true,
          position: [0, -4],
          align: 'left',
          verticalAlign: 'bottom',
          lineHeight: LINE_HEIGHT,
          width: width - 2,
          overflow: 'break',
          formatter: (p) => rankText(chart, width, p.dataIndex),
        }),
      }],
    });
  }

  const SHADES = ['#f4f7fa', '#c9d9ea', '#8fb3d6', '#4f86ba', '#215688'];

  const largest = (values) => Math.max.apply(null, values.map((value) => value || 0));

  // Whether 24 hours fit side by side with their numbers. Otherwise the seven days do.
  function hoursAcross(chart, width) {
    const digits = String(largest(chart.cells.map((cell) => cell[2]))).length;
    return width / 25.5 >= digits * 8 + 8;
  }

  // The number stands on every field; the shade only helps the eye.
  function heatmap(chart, width) {
    const across = hoursAcross(chart, width);
    const most = largest(chart.cells.map((cell) => cell[2])) || 1;
    const roomy = across || width >= NARROW;
    const shade = (value) => SHADES[Math.min(SHADES.length - 1, Math.floor((value || 0) / most * SHADES.length))];
    const data = chart.cells.map((cell) => ({
      value: across ? [cell[0], cell[1], 1] : [cell[1], cell[0], 1],
      itemStyle: {color: shade(cell[2]), borderColor: '#fff', borderWidth: 1},
      label: {
        color: shade(cell[2]) === SHADES[SHADES.length - 1] ? '#fff' : INK,
        formatter: cell[2] === null ? 'c' : cell[2] === 0 ? '·' : roomy ? cell[2].toLocaleString('en-GB') : String(cell[2]),
      },
    }));
    const small = {axisLabel: Object.assign(text(13, QUIET), {interval: 0}), axisLine: {show: false}};
    return base(chart, {
      aria: {enabled: true, label: {description: chart.finding}, decal: {show: false}},
      grid: {left: 4, right: 4, top: 4, bottom: 4, containLabel: true},
      xAxis: categories(across ? chart.hours : chart.days, Object.assign({position: 'top'}, small)),
      yAxis: categories(across ? chart.days : chart.hours, Object.assign({inverse: true}, small)),
      series: [{type: 'heatmap', data: data, label: Object.assign(text(roomy ? 12 : 10), {show: true})}],
    });
  }

  const FUNNEL_STEP = 44;

  // A funnel's last step would come to a point, as if nothing were left; so another of its size
  // follows, outside the picture.
  function funnel(chart, width) {
    const inside = width < NARROW;
    const steps = chart.values.map((value, i) => ({name: chart.labels[i], value: value || 0}));
    const last = steps[steps.length - 1];
    steps.push({name: '', value: last.value, label: {show: false}, labelLine: {show: false}});
    return base(chart, {
      series: [{
        type: 'funnel',
        sort: 'none',
        left: 4,
        right: inside ? 4 : '40%',
        top: 4,
        bottom: -FUNNEL_STEP,
        gap: 4,
        min: 0,
        max: largest(chart.values),
        minSize: '0%',
        data: steps,
        itemStyle: fill(false),
        labelLine: {length: 16, lineStyle: {color: QUIET}},
        label: Object.assign(text(14), {
          position: inside ? 'inside' : 'right',
          formatter: (p) => chart.labels[p.dataIndex] + ': ' + chart.texts[p.dataIndex],
        }),
      }],
    });
  }

  const DRAW = {line: line, bars: bars, ranks: ranks, heatmap: heatmap, funnel: funnel};

  function height(chart, width) {
    if (chart.kind === 'ranks') {
      const lines = rankLines(chart, width);
      return chart.labels.length * (22 + lines * LINE_HEIGHT) + lines * LINE_HEIGHT / 2;
    }
    if (chart.kind === 'funnel') return chart.labels.length * FUNNEL_STEP + 8;
    if (chart.kind === 'heatmap') return hoursAcross(chart, width) ? 260 : 24 * 26 + 32;
    return 300;
  }

  const drawn = charts.map((chart) => ({chart: chart, place: document.getElementById(chart.id)}));

  function draw(item, width) {
    if (item.width === width) return;
    item.width = width;
    const size = {width: width, height: height(item.chart, width)};
    item.place.style.height = size.height + 'px';
    item.view = item.view || echarts.init(item.place, null, Object.assign({renderer: 'svg'}, size));
    item.view.resize(size);
    item.view.setOption(DRAW[item.chart.kind](item.chart, width), true);
    item.view.getZr().flush();
    const svg = item.place.querySelector('svg');
    if (svg) svg.setAttribute('viewBox', '0 0 ' + size.width + ' ' + size.height);
  }

  const drawAll = () => drawn.forEach((item) => draw(item, item.place.clientWidth));

  const folds = Array.from(document.querySelectorAll('details'));
  const wereOpen = new Set();
  folds.forEach((fold) => { fold.open = false; });

  // Somebody who follows a link into a late alert wants to read it.
  function unfoldTarget() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const fold = target && target.querySelector('details');
    if (fold && target.classList.contains('late')) fold.open = true;
  }

  addEventListener('beforeprint', () => {
    folds.forEach((fold) => { if (fold.open) wereOpen.add(fold); fold.open = true; });
    drawn.forEach((item) => draw(item, PRINT_WIDTH));
  });
  addEventListener('afterprint', () => {
    folds.forEach((fold) => { fold.open = wereOpen.has(fold); });
    wereOpen.clear();
    drawAll();
  });
  addEventListener('hashchange', unfoldTarget);
  addEventListener('resize', drawAll);

  drawAll();
  unfoldTarget();
})();

import { i18n } from '../text/i18n.svelte.ts'

/** The words of the lessons' pane; they are loaded with it. */
const en = {
  lessons: 'Lessons',
  choose:
    'Each lesson begins with a fresh cluster. If you have typed anything on the one you have now, it is kept under Sessions.',
  kept: 'Before the lessons',
  minutes: (n: number) => `${n} min`,
  done: 'done',
  level: (n: number) => `level ${n} of 3`,
  all: 'All lessons',
  leave: 'Close the lessons',
  step: (at: number, all: number) => `Step ${at} of ${all}`,
  goals: 'What has to come true',
  standing: { open: 'not yet', met: 'done', broken: 'broken: begin this step again' },
  retry: 'Begin this step again',
  hint: (left: number) => (left === 1 ? 'A hint' : `A hint (${left})`),
  showMe: 'Show me',
  showing: 'Showing…',
  again: 'Begin the lesson again',
  next: 'Next lesson',
  finished: 'Done!',
  preparing: 'The lesson’s cluster is being prepared…',
  failed: (why: string) => `The lesson could not be loaded: ${why}`,
  run: (line: string) => `Run ${line}`,
  runHint: 'Choose a command to run it; with Alt it is only typed.',
  always: 'all the time: ',
  gone: 'none: ',
  atLeast: (n: number) => `at least ${n} × `,
  printed: 'printed: ',
}
type Words = typeof en

const zh: Words = {
  lessons: '课程',
  choose: '每一课都从一个新的集群开始。如果你在现在这个集群里输入过什么，它会保存在“会话”里。',
  kept: '课程之前',
  minutes: (n) => `${n} 分钟`,
  done: '已完成',
  level: (n) => `难度 ${n}/3`,
  all: '全部课程',
  leave: '关闭课程',
  step: (at, all) => `第 ${at} 步，共 ${all} 步`,
  goals: '要实现的目标',
  standing: { open: '尚未', met: '已达成', broken: '已破坏：请重做这一步' },
  retry: '重做这一步',
  hint: (left) => (left === 1 ? '给个提示' : `给个提示（还有 ${left} 个）`),
  showMe: '演示给我看',
  showing: '正在演示……',
  again: '重新开始这一课',
  next: '下一课',
  finished: '完成了！',
  preparing: '正在准备这一课的集群……',
  failed: (why) => `课程加载失败：${why}`,
  run: (line) => `运行 ${line}`,
  runHint: '点一下命令就会运行；按住 Alt 则只输入、不运行。',
  always: '始终：',
  gone: '不存在：',
  atLeast: (n) => `至少 ${n} 个 `,
  printed: '输出了：',
}

export const words = (): Words => (i18n.locale === 'zh' ? zh : en)

/// <reference types="vite/client" />
/// <reference types="svelte" />
declare module 'monaco-editor/nls/lang/zh-cn'

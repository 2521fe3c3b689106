/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The tracepoint of btfkit_attach. Its first argument is a struct of the module. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM btfkit

#if !defined(BTFKIT_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define BTFKIT_EVENTS_H

#include <linux/tracepoint.h>

struct btfkit_item;

/* clang-format off */
TRACE_EVENT(btfkit_attach_seen,
	TP_PROTO(struct btfkit_item *item, int count),
	TP_ARGS(item, count),
	TP_STRUCT__entry(
		__field(void *, item)
		__field(int, count)
	),
	TP_fast_assign(
		__entry->item = item;
		__entry->count = count;
	),
	TP_printk("item=%p count=%d", __entry->item, __entry->count)
);
/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE btfkit_events
#include <trace/define_trace.h>

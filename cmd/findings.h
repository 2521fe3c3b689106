/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The few words of JSON that commands print about what they did. */
#ifndef CMD_FINDINGS_H
#define CMD_FINDINGS_H

#include <stdio.h>

#include <btf/report.h>

/* "text" with quotes, escaped; NULL prints null. Bytes that are no UTF-8 are written as \u00NN. */
void findings_string(FILE *to, const char *s);
/* an array of findings: code, severity, section, type, text ... */
void findings_json(FILE *to, const struct btf_report *r);

#endif

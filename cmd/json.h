/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * JSON for what commands say about files and runs: one object a line on a stdio stream. Commas
 * are put by themselves; a key of NULL is for elements of an array.
 */
#ifndef CMD_JSON_H
#define CMD_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include <btf/report.h>

struct json {
	FILE *to;
	bool comma; /* something stands before in the same object or array */
};

void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key);
void json_array_end(struct json *j);
/* NULL is null; what is not UTF-8 becomes \udc80..\udcff, as in btf dump */
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, long long value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* a finding with all it knows */
void json_finding(struct json *j, const char *key, const struct btf_finding *f);
/* an array of all findings; r may be NULL */
void json_findings(struct json *j, const char *key, const struct btf_report *r);
/* ends the line */
void json_line(struct json *j);

#endif

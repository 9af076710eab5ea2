/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As much of Structured Field Values (RFC 8941) as Signature-Input, Signature and Content-Digest need: dictionaries whose members
 * are items or inner lists, with parameters. Stricter than the RFC where that closes a door: repeated keys are refused rather
 * than overwritten, since two readers might pick different ones. */

typedef enum
{
  TST_FIELD_INTEGER,
  TST_FIELD_DECIMAL,
  TST_FIELD_STRING,
  TST_FIELD_TOKEN,
  TST_FIELD_BYTES,
  TST_FIELD_BOOLEAN,
  TST_FIELD_LIST /* an inner list; only as a member's value */
} TstFieldType;

typedef struct
{
  TstFieldType type;
  gint64 integer;      /* INTEGER; BOOLEAN: 0 or 1 */
  char *text;          /* STRING (unescaped), TOKEN, DECIMAL (as written) */
  GBytes *bytes;       /* BYTES */
  GPtrArray *items;    /* LIST: of TstFieldValue */
  GHashTable *params;  /* (nullable): char * → TstFieldValue, when there are any */
} TstFieldValue;

typedef struct
{
  char *key;
  TstFieldValue *value;
  char *raw;           /* the value with its parameters as it stood in the field; "" for a bare key */
} TstFieldMember;

/* (element-type TstFieldMember) in order; NULL for anything malformed or over 16 KiB. Free with g_ptr_array_unref(). */
GPtrArray *tst_field_parse_dictionary (const char *text);
/* (transfer none) (nullable) */
TstFieldMember *tst_field_find (GPtrArray *dictionary, const char *key);
/* (transfer none) (nullable) */
TstFieldValue *tst_field_value_get_param (TstFieldValue *self, const char *key);
/* Appends "text" with quotes, escaped as an sf-string; FALSE when it has characters that one cannot hold. */
gboolean tst_field_append_string (GString *out, const char *text);

G_END_DECLS

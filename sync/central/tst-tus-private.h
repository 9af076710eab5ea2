/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-incoming.h"
#include "central/tst-request-auth.h"

G_BEGIN_DECLS

/* The words of tus 1.0.0: headers in and out. For tst-tus-server.c only. */

typedef enum
{
  TST_TUS_OPTIONS,
  TST_TUS_POST,
  TST_TUS_HEAD,
  TST_TUS_PATCH,
  TST_TUS_DELETE,
  TST_TUS_OTHER
} TstTusKind;

typedef struct
{
  TstHash sha256;
  guint64 size;
  char *type; /* (nullable) */
} TstTusCreation;

typedef struct
{
  gboolean given;
  TstHash sha256;
} TstTusChecksum;

TstTusKind tst_tus_kind (SoupServerMessage *message, gboolean has_id);
void tst_tus_set_headers (SoupServerMessage *message);
void tst_tus_set_upload_headers (SoupServerMessage *message, const TstIncoming *incoming);
void tst_tus_refuse (SoupServerMessage *message, guint status, const char *code, const char *text);
void tst_tus_answer_options (SoupServerMessage *message);
/* These answer themselves when they say FALSE or NULL. */
gboolean tst_tus_check_version (SoupServerMessage *message, TstTusKind kind);
TstDevice *tst_tus_check_signature (TstRequestAuth *auth, SoupServerMessage *message, TstTusKind kind);
gboolean tst_tus_parse_creation (SoupServerMessage *message, TstTusCreation *creation);
gboolean tst_tus_parse_offset (SoupServerMessage *message, guint64 *offset);
gboolean tst_tus_parse_body (SoupServerMessage *message, guint64 *length, TstTusChecksum *checksum);

G_END_DECLS

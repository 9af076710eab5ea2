/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TstTusUpload:
 *
 * One tus 1.0 upload of one file, against any tus server (tests run it against @tus/server). Blocking, on the thread that made @session.
 */
typedef struct _TstTusUpload TstTusUpload;

/* Signs a message just before it goes (adds Signature, Signature-Input, …); NULL for servers that want none. */
typedef gboolean (*TstSignMessage) (SoupMessage *message, GBytes *body, gpointer user_data, GError **error);
typedef void (*TstTusProgress) (guint64 done, guint64 total, gpointer user_data);
/* The server gave @url and bytes are still to go: the moment to write it down. FALSE stops the upload. */
typedef gboolean (*TstTusCreated) (const char *url, gpointer user_data, GError **error);

TstTusUpload *tst_tus_upload_new (SoupSession *session, const char *endpoint, const char *path, const TstHash *sha256,
                                  const char *mime);
void tst_tus_upload_set_signer (TstTusUpload *self, TstSignMessage sign, gpointer user_data);
void tst_tus_upload_set_progress (TstTusUpload *self, TstTusProgress progress, gpointer user_data);
void tst_tus_upload_set_created (TstTusUpload *self, TstTusCreated created, gpointer user_data);
void tst_tus_upload_set_url (TstTusUpload *self, const char *url); /* from an earlier try */
/* An earlier try without a known URL may have left a part at the server: create without bytes, and go on from what it answers. */
void tst_tus_upload_set_tried (TstTusUpload *self);
void tst_tus_upload_set_piece (TstTusUpload *self, gsize bytes);   /* largest request body; 0: the rest of the file */
const char *tst_tus_upload_get_url (TstTusUpload *self);           /* (nullable) */
const char *tst_tus_upload_get_refusal (TstTusUpload *self);       /* (nullable) the server's code in the newest TST_ERROR_REFUSED */
guint64 tst_tus_upload_get_offset (TstTusUpload *self);            /* what the server said last that it has */
guint64 tst_tus_upload_get_bytes_sent (TstTusUpload *self);
guint64 tst_tus_upload_get_bytes_resent (TstTusUpload *self);
/* Creates if need be, sends until the server has all. Errors: TST_ERROR_UNREACHABLE (go on later from where it stands), _BUSY,
 * _HASH_MISMATCH, _REFUSED, _CAPTIVE_PORTAL, _REDIRECTED, _MISSING_CONTENT (the local file is gone or changed). */
gboolean tst_tus_upload_run (TstTusUpload *self, GCancellable *cancellable, GError **error);
void tst_tus_upload_free (TstTusUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTusUpload, tst_tus_upload_free)

G_END_DECLS

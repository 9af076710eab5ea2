/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-clock.h"
#include "base/tst-page-renderer.h"
#include "media/tst-media-store.h"
#include "record/tst-envelope.h"
#include "seal/tst-age.h"
#include "store/tst-store.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TstCentral:
 *
 * Central's data folder and everything done on it: intake, the public log, moderation, publication. The HTTP face is TstCentralServer
 * (devices and public), the command face the admin socket. Blocking functions for worker threads; none on the main loop.
 *
 *     DIR/testigo.db, testigo.lock   store       DIR/media/     originals and derivatives by content, DIR/media/tmp uploads
 *     DIR/keys/log.key, records.key, http.key, intake.age       0600
 *     DIR/town.json                  origin, public URL, recipients, pins, profile
 *     DIR/admin.sock                 0600, only while it serves
 */
#define TST_TYPE_CENTRAL (tst_central_get_type ())
G_DECLARE_FINAL_TYPE (TstCentral, tst_central, TST, CENTRAL, GObject)

typedef struct
{
  const char *origin;           /* the log's name */
  const char *url;              /* public address; NULL: the listening one */
  const char *const *recipients; /* officer, then escrow; NULL: identities are made outside DIR */
  char **identity_files;        /* (out) where they were written */
} TstCentralSetup;
gboolean tst_central_init (const char *folder, TstCentralSetup *setup, GError **error);
TstCentral *tst_central_open (const char *folder, TstClock *clock, GError **error);
void tst_central_close (TstCentral *self);

const char *tst_central_get_origin (TstCentral *self);
TstStore *tst_central_get_store (TstCentral *self);
TstMediaStore *tst_central_get_media (TstCentral *self);
TstSigningKey *tst_central_get_http_key (TstCentral *self);
TstSigningKey *tst_central_get_log_key (TstCentral *self);
TstSigningKey *tst_central_get_records_key (TstCentral *self);
TstAgeIdentity *tst_central_get_intake (TstCentral *self);
TstClock *tst_central_get_clock (TstCentral *self);
char *tst_central_dup_url (TstCentral *self);

G_END_DECLS

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
 *     DIR/testigo.db, testigo.lock   store       DIR/media/     originals and derivatives by content
 *     DIR/uploads/                   media that are still coming in (they outlive a restart)
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
/* Blocks. TST_ERROR_BAD_VALUE for an origin that cannot stand in a signed note or a recipient that is none,
 * TST_ERROR_WRONG_STATE when @folder is a central already; nothing is overwritten. */
gboolean tst_central_set_up (const char *folder, TstCentralSetup *setup, GError **error);
/* Blocks: opens the store, checks tree and checkpoints against the leaves and mends what a power cut left undone
 * (tst-public-log.h). @clock NULL: the system's. TST_ERROR_STORE_MISSING when @folder is no central. */
TstCentral *tst_central_open (const char *folder, TstClock *clock, GError **error);
/* The same with the folder of the mirror from now on (NULL: the one that town.json names, if any): before anything is signed the store is
 * compared with it, and filled up from it. */
TstCentral *tst_central_open_mirrored (const char *folder, TstClock *clock, const char *mirror, GError **error);
void tst_central_close (TstCentral *self);
/* Can it name a log? */
gboolean tst_central_origin_is_valid (const char *origin);

/* Written into the data folder by "restore", last of all: the folder was brought back from a copy. Until central has compared itself with
 * its mirror or with what devices hold, or a person has said that nothing is missing ("log resume"), it appends, signs and publishes nothing. */
#define TST_CENTRAL_RESTORED_FILE "restored.json"

/* Why nothing is appended nor signed (a restored or damaged log), or NULL when all is well. (transfer full) */
char *tst_central_dup_read_only (TstCentral *self);

const char *tst_central_get_folder (TstCentral *self);
const char *tst_central_get_origin (TstCentral *self);
TstStore *tst_central_get_store (TstCentral *self);
TstMediaStore *tst_central_get_media (TstCentral *self);
TstSigningKey *tst_central_get_http_key (TstCentral *self);
TstSigningKey *tst_central_get_log_key (TstCentral *self);
TstSigningKey *tst_central_get_records_key (TstCentral *self);
TstAgeIdentity *tst_central_get_intake (TstCentral *self);
TstClock *tst_central_get_clock (TstCentral *self);
/* Public address without a trailing slash: of town.json, else the listening one that tst_central_set_url() was told. */
char *tst_central_dup_url (TstCentral *self);
void tst_central_set_url (TstCentral *self, const char *listening);
/* A copy of DIR/town.json: "origin", "url", "town", "recipients" {"officer", "escrow"}, "intake", "pins", "mirror",
 * "identity_files", "profile". */
JsonObject *tst_central_dup_town (TstCentral *self);
/* Changes members of town.json (those of @changes replace, null removes); durable when it says TRUE. Blocks. */
gboolean tst_central_update_town (TstCentral *self, JsonObject *changes, GError **error);
/* Secret identities that init wrote and that are still on this machine: NULL-terminated, perhaps empty. */
char **tst_central_dup_identities_left (TstCentral *self);

/* The clock's UTC in whole seconds. */
gint64 tst_central_now_s (TstCentral *self);

typedef struct _TstPublicLog TstPublicLog;
TstPublicLog *tst_central_get_log (TstCentral *self); /* tst-public-log.h */
typedef struct _TstAppender TstAppender;
TstAppender *tst_central_get_appender (TstCentral *self); /* tst-appender.h */
typedef struct _TstDeviceRegistry TstDeviceRegistry;
TstDeviceRegistry *tst_central_get_devices (TstCentral *self); /* tst-device-registry.h */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-appender.h"
#include "central/tst-central.h"
#include "central/tst-moderation.h"
#include "central/tst-public-routes.h"

#include <json-glib/json-glib.h>

/* A central in a temporary folder, devices that write to it without a wire, and what is asked of it. */

typedef struct
{
  char *base;    /* temporary folder; the central is base/central */
  TstClock *clock;
  TstCentral *central;
  TstModeration *moderation;
} Fixture;

typedef struct
{
  TstSigningKey *key;
  TstChain chain;
  guint64 seq;
  TstHash prev;
} FixtureDevice;

typedef struct
{
  TstEnvelope *envelope;
  GBytes *body;
  char *id;
} FixtureRecord;

void fixture_open (Fixture *self, JsonObject *profile); /* @profile (nullable) is taken over */
void fixture_close (Fixture *self);
void fixture_reopen (Fixture *self);

void fixture_device_init (Fixture *self, FixtureDevice *device, TstChain chain);
void fixture_device_clear (FixtureDevice *device);

/* @content is taken over; "id" is added when it is not there. */
FixtureRecord *fixture_record_new (FixtureDevice *device, TstKind kind, JsonObject *content);
void fixture_record_free (FixtureRecord *self);
void fixture_append (Fixture *self, const FixtureRecord *record, gboolean with_body);
/* A record from JSON with ' for ". Appended with its body. */
FixtureRecord *fixture_add (Fixture *self, FixtureDevice *device, TstKind kind, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* A JPEG that differs by @seed, in the media store; held as a device's upload would be. */
GBytes *fixture_jpeg (guint seed, guint width, guint height);
TstHash fixture_medium (Fixture *self, GBytes *bytes, gboolean held);
/* A contribution of 25 March 2026 that must be answered by 21 April; @public_ok: its author lets it be shown. */
FixtureRecord *fixture_comment (Fixture *self, FixtureDevice *open, const char *number, gboolean public_ok, const char *text);
/* A photo record of a held JPEG; @more: members after a comma, with ' for ". */
FixtureRecord *fixture_photo (Fixture *self, FixtureDevice *device, guint seed, const char *more);

/* Codes by item: "ok" or the error's. */
GHashTable *fixture_decide (Fixture *self, TstVerdict verdict, const char *reason, ...) G_GNUC_NULL_TERMINATED; /* ids, NULL: all pending */
#define fixture_assert_code(table, id, code) g_assert_cmpstr (g_hash_table_lookup ((table), (id)), ==, (code))

char *fixture_value (Fixture *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
#define fixture_assert_value(self, expected, ...) \
  G_STMT_START \
  { \
    g_autofree char *value_ = fixture_value ((self), __VA_ARGS__); \
    g_assert_cmpstr (value_, ==, (expected)); \
  } \
  G_STMT_END
char *fixture_dump (Fixture *self);
void fixture_rebuild (Fixture *self);

/* GET; @body (out) (nullable) as text. */
guint fixture_get (TstPublicRoutes *routes, const char *path_and_query, char **body);
GBytes *fixture_get_bytes (TstPublicRoutes *routes, const char *path); /* of a 200 */

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-central.h"

G_BEGIN_DECLS

typedef enum
{
  TST_DEVICE_ACTIVE,
  TST_DEVICE_LOST,   /* "lost": its records are appended and wait for a person; it learns nothing more */
  TST_DEVICE_RETIRED /* "retired": its key signs no requests any more; records that come another way are appended */
} TstDeviceState;

const char *tst_device_state_name (TstDeviceState state);

/**
 * TstDevice:
 *
 * One registered key: a tablet has two, one for each chain, which name each other as @peer. Immutable, counted.
 */
typedef struct
{
  char *name;
  TstVerifier *verifier;
  TstChain chain;
  char *peer;  /* (nullable) */
  char *label; /* what the town calls it; internal */
  TstDeviceState state;
  gint64 registered_s;
} TstDevice;
TstDevice *tst_device_ref (TstDevice *self);
void tst_device_unref (TstDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDevice, tst_device_unref)

/**
 * TstDeviceRegistry:
 *
 * Which keys the town knows. Kept in memory as well, since every request and record asks for it. Reading from any
 * thread; what changes something blocks on the store.
 */
TstDeviceRegistry *tst_device_registry_open (TstStore *store, GError **error);
void tst_device_registry_free (TstDeviceRegistry *self);
/* Reads the table anew, when something else wrote it. */
gboolean tst_device_registry_reload (TstDeviceRegistry *self, GError **error);

/* By key name: (transfer full) (nullable). */
TstDevice *tst_device_registry_find (TstDeviceRegistry *self, const char *name);
/* (element-type TstDevice) sorted by label, then chain. */
GPtrArray *tst_device_registry_list (TstDeviceRegistry *self);

/* A new one-time code (base64url of 16 random bytes) for a device that the town calls @label. */
char *tst_device_registry_make_code (TstDeviceRegistry *self, const char *label, gint64 now_s, gint64 valid_s,
                                     GError **error);

/**
 * tst_device_registry_register:
 *
 * Enters both keys of a tablet by its one-time code. The same keys again are no error, whatever became of the code. TST_ERROR_BAD_ENROLMENT
 * for a code that is unknown, expired or used by other keys; TST_ERROR_WRONG_STATE when the keys are retired or paired otherwise.
 */
gboolean tst_device_registry_register (TstDeviceRegistry *self, const char *code, TstVerifier *field, TstVerifier *open,
                                       gint64 now_s, GError **error);

/* @which: a key name, or the label of a tablet; both of its keys change. A retired key stays so. TST_ERROR_NOT_FOUND,
 * TST_ERROR_WRONG_STATE. */
gboolean tst_device_registry_set_state (TstDeviceRegistry *self, const char *which, TstDeviceState state, guint *changed,
                                        GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * TstDecisionMirror:
 *
 * What central itself decided, a second time, beside the leaf mirror: FOLDER/decisions (mode 0600) holds the bodies of central's own
 * records (acceptances, withholdings, erasures, imports, states of devices) and the keys of the devices that registered. With the leaves
 * they let a restored central take up every decision again, erasures first of all.
 *
 * A frame is a kind (one byte), a big-endian uint32 length, and so many bytes: kind 'b' is a body, found by its SHA-256, which the
 * envelope names; 'd' is a device as one JSON object. An erasure reaches this file: the bytes of what it destroys are overwritten with
 * zeros where they lie. A frame that a power cut left unfinished is cut off when the file is opened. Any thread; blocks on the disk.
 */
typedef struct _TstDecisionMirror TstDecisionMirror;
TstDecisionMirror *tst_decision_mirror_open (const char *folder, GError **error);
void tst_decision_mirror_free (TstDecisionMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstDecisionMirror, tst_decision_mirror_free)

/* Is the body there? One that was erased is not. */
gboolean tst_decision_mirror_has (TstDecisionMirror *self, const TstHash *body);
/* NULL without an error when it is not there. Its hash was computed anew. */
GBytes *tst_decision_mirror_read (TstDecisionMirror *self, const TstHash *body, GError **error);

/* Appends @bodies (of GBytes) and @devices (of JsonObject, each nullable); those that are there already are passed over. One fsync. After
 * an error the mirror takes nothing more: reopen it. */
gboolean tst_decision_mirror_append (TstDecisionMirror *self, GPtrArray *bodies, GPtrArray *devices, GError **error);
/* Overwrites those of @hashes (of TstHash) that are there. One fsync. */
gboolean tst_decision_mirror_erase (TstDecisionMirror *self, GArray *hashes, GError **error);
/* The devices, in the order in which they came. (transfer full): of JsonObject */
GPtrArray *tst_decision_mirror_list_devices (TstDecisionMirror *self, GError **error);

G_END_DECLS

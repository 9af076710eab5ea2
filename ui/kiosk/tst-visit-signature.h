/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-record-form.h"

G_BEGIN_DECLS

/**
 * TstVisitSignature:
 *
 * Somebody who was present signs with a finger, or says that they do not wish to. Name and drawing are sealed to the data officer as they are saved; a copy for the
 * acta stays on this tablet, sealed under the staff's PIN, until the visit is closed and central holds the signatures.
 *
 * Properties: "saved" (string: id of the record, notifies). Actions: form.save, signature.decline, signature.clear.
 */
#define TST_TYPE_VISIT_SIGNATURE (tst_visit_signature_get_type ())
G_DECLARE_FINAL_TYPE (TstVisitSignature, tst_visit_signature, TST, VISIT_SIGNATURE, TstRecordForm)

/* @role: (nullable): chosen already */
GtkWidget *tst_visit_signature_new (TstSession *session, const char *event_id, const char *role);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "central/tst-device-registry.h"
#include "central/tst-holdings.h"

G_BEGIN_DECLS

/* The longer answers to devices (sync/protocol/README.md § 7). Block on the store; worker threads only. */

/* {"chains": […]}: the newest number of the key's chain; more than one entry when it is forked there. */
char *tst_device_answer_heads (TstCentral *central, TstDevice *device, GError **error);
/* {"missing": […], "next": seq}: records of the key, from number @since on, whose body or media central does not hold; in portions, "next" is 0
 * at the end. Media whose file is gone or has another length than it had are found here, and are missing from then on. */
char *tst_device_answer_missing (TstCentral *central, TstHoldings *holdings, TstDevice *device, gint64 since, GError **error);
/* Central's records about records of both keys of the tablet, from log index @since on; in portions, with the
 * newest checkpoint and that it extends the one of size @from, when it is another. */
char *tst_device_answer_decisions (TstCentral *central, TstDevice *device, gint64 since, guint64 from, GError **error);
/* JSON lines. @until: 0, or the revision at which an answer that was cut would have ended: then from after the row @after of @part ("work", "event", "form",
 * "item") on. @gzip: (inout): allowed, then whether it was done. */
GBytes *tst_device_answer_catalogue (TstCentral *central, gint64 since, gint64 until, const char *part, const char *after, gboolean *gzip,
                                     GError **error);

/* The revision that a catalogue from @since on would end with. */
gboolean tst_device_newest_revision (TstCentral *central, gint64 since, gint64 *revision, GError **error);

/* All key names of this tablet, those before its present ones included, as a JSON array for json_each(). On the store thread; (transfer full). */
char *tst_device_list_names (TstStore *store, TstDevice *device, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/tst-hash.h"
#include "journal/tst-field-book.h"

G_BEGIN_DECLS

/* Pictures of viewpoints that other tablets captured: the public derivative that central shows, for the ghost over the camera's picture on the next visit. They lie in
 * FOLDER/pictures by content, are no evidence of this device, and can be fetched again at any time. */

typedef struct
{
  TstHash sha256;
  guint64 bytes;
} TstWantedPicture;

/* Where in @folder, that of a field book, the picture lies once it came whole and its hash was right. Any thread. (transfer full) */
char *tst_viewpoint_picture_path (const char *folder, const TstHash *sha256);
/* Those that published viewpoints name and that are not here, of works with an event first. What no viewpoint names any more is taken away. Blocks; any thread
 * but the store's. (element-type TstWantedPicture) (transfer full) */
GPtrArray *tst_viewpoint_pictures_wanted (TstFieldBook *self, GError **error);

G_END_DECLS

import type { VolumeAttachment } from 'kubernetes-types/storage/v1'
import { kind, type Typed } from '../kind.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validation/csi.ts'

type Attachment = Typed<VolumeAttachment>

/** kubernetes: pkg/registry/storage/volumeattachment/strategy.go */
export const volumeAttachment = kind<Attachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  singular: 'volumeattachment',
  namespaced: false,
  status: true,
  prepareForCreate: (object) => ({ ...object, status: {} as never }),
  prepareForUpdate: (object, { status }) => ({ ...object, status }) as Attachment,
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
  columns: [
    nameColumn,
    text<Attachment>(
      'Attacher',
      doc('storage.v1.VolumeAttachmentSpec.attacher'),
      ({ spec }) => spec.attacher,
    ),
    text<Attachment>(
      'PV',
      doc('storage.v1.VolumeAttachmentSource.persistentVolumeName'),
      ({ spec }) => spec.source.persistentVolumeName ?? '',
    ),
    text<Attachment>('Node', doc('storage.v1.VolumeAttachmentSpec.nodeName'), ({ spec }) => spec.nodeName),
    {
      ...text<Attachment>(
        'Attached',
        doc('storage.v1.VolumeAttachmentStatus.attached'),
        ({ status }) => status?.attached ?? false,
      ),
      type: 'boolean',
    },
    ageColumn,
  ],
})

import { atOnce, mapped, type CriHandlers } from './cri-server.ts'
import { criImage, type ImageStore } from './image-store.ts'

/** CRI's ImageService. */
export const imageService = (
  images: ImageStore,
): Pick<CriHandlers, 'PullImage' | 'ImageStatus' | 'ListImages' | 'RemoveImage' | 'ImageFsInfo'> => ({
  PullImage: ({ image }) => mapped(images.pull(image.image), (imageRef) => ({ imageRef })),
  ImageStatus: atOnce(({ image }) => {
    const found = images.find(image.image)
    return found ? { image: criImage(found) } : {}
  }),
  ListImages: atOnce(() => ({ images: images.all.map(criImage) })),
  RemoveImage: atOnce(({ image }) => {
    images.remove(image.image)
    return {}
  }),
  ImageFsInfo: atOnce(() => images.usage),
})
